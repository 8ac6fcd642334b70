package apivalue_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apivalue"
)

func TestStructs(t *testing.T) {
	t.Parallel()
	values := []map[string]any{{"a": 1.0, "b": []any{"x", nil}, "c": map[string]any{"d": true}}, {}}
	list, err := apivalue.FromStructs(values)
	require.NoError(t, err)
	assert.Equal(t, values, apivalue.Structs(list))

	none, err := apivalue.FromStruct(nil)
	require.NoError(t, err)
	assert.Nil(t, none)
	assert.Nil(t, apivalue.Struct(nil))
}

func TestFromStructOfOtherTypes(t *testing.T) {
	t.Parallel()
	s, err := apivalue.FromStruct(map[string]any{"at": time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "n": []int{1}})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"at": "2026-01-02T03:04:05Z", "n": []any{1.0}}, s.AsMap())

	_, err = apivalue.FromStruct(map[string]any{"f": func() {}})
	assert.Error(t, err)
}

func TestTimes(t *testing.T) {
	t.Parallel()
	texts := []string{"2026-01-02T03:04:05.678Z", ""}
	times, err := apivalue.Times("seen_at", texts)
	require.NoError(t, err)
	assert.Equal(t, texts, apivalue.FromTimes(times))

	seoul, err := apivalue.Time("seen_at", "2026-01-02T03:04:05.678999+09:00")
	require.NoError(t, err)
	assert.Equal(t, "2026-01-01T18:04:05.678Z", apivalue.FromTime(seoul))

	_, err = apivalue.Times("seen_at", []string{"yesterday"})
	assert.ErrorContains(t, err, "seen_at")
}

func TestEnums(t *testing.T) {
	t.Parallel()
	names, values := structpb.NullValue_name, map[string]int32{"NONE": 0, "ONE": 1}
	names = map[int32]string{0: names[0], 1: "ONE"}
	texts, err := apivalue.EnumNames("state", names, []structpb.NullValue{0, 1})
	require.NoError(t, err)
	assert.Equal(t, []string{"", "ONE"}, texts)
	assert.Equal(t, []structpb.NullValue{0, 1}, apivalue.EnumValues[structpb.NullValue](values, texts))

	_, err = apivalue.EnumNames("state", names, []structpb.NullValue{7})
	assert.ErrorContains(t, err, "state")
}
