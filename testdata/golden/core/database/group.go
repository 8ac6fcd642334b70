package database

import (
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

// group makes one row for each combination of the keys' values.
func (c compiler) group(r relation, g *query.Group) (relation, error) {
	var parts, by []expression
	out := relation{}
	for _, key := range g.Keys {
		value, typ, err := c.value(key.Key)
		if err != nil {
			return relation{}, err
		}
		if key.DateFormat != "" {
			if value, typ, err = c.dated(value, typ.Type, key); err != nil {
				return relation{}, err
			}
		}
		parts = append(parts, value.then(" AS "+quoted(key.Name)))
		by = append(by, value)
		out.columns = append(out.columns, result(key.Name, typ))
	}
	out.keys, out.ties = slices.Clone(out.columns), all(out.columns)
	inOrder, err := c.inOrder(r)
	if err != nil {
		return relation{}, err
	}
	for _, field := range g.Fields {
		value, typ, err := c.aggregate(field, inOrder)
		if err != nil {
			return relation{}, err
		}
		parts = append(parts, value.then(" AS "+quoted(field.Name)))
		out.columns = append(out.columns, result(field.Name, typ))
	}
	if err := checkNames(out.columns...); err != nil {
		return relation{}, err
	}
	if len(parts) == 0 {
		return relation{}, apierror.Required("aggregate.group.keys")
	}
	out.expression = c.from(r, commas(parts))
	if len(by) > 0 {
		// By position: the same argument twice is not the same expression.
		positions := make([]string, len(by))
		for i := range by {
			positions[i] = strconv.Itoa(i + 1)
		}
		out.expression = out.then(" GROUP BY " + strings.Join(positions, ", "))
	}
	return out, nil
}
