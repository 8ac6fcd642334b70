package queue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Name is the name of a task, SERVICE.METHOD, that is told a T: a struct, or a pointer to
// a message of a proto. It stands once in the code, as in
//
//	const Expire queue.Name[ExpireOrders] = "Order.expire"
//
// so that the compiler holds who puts the task and who does it to the same type. In the
// queue the task is one like any other, with the JSON form of T as parameters.
type Name[T any] string

// With makes the task, for whoever a token says; a service that asks nobody who calls
// needs none.
func (n Name[T]) With(token string, told T) (Task, error) {
	service, method, ok := strings.Cut(string(n), ".")
	if !ok || service == "" || method == "" {
		return Task{}, fmt.Errorf("task %q: its name must be SERVICE.METHOD", string(n))
	}
	params, err := encodeParams(told)
	if err != nil {
		return Task{}, fmt.Errorf("task %s: %w", string(n), err)
	}
	stage := Stage{Locator: LocatorService, Name: service, Method: method, Params: params}
	if token != "" {
		stage.Metadata = Metadata{"token": token}
	}
	return Task{Name: string(n), Stages: []Stage{stage}}, nil
}

// A Call is a task that is told something, and lacks nothing but the token of who makes
// it, which whoever puts it into a queue knows.
type Call func(token string) (Task, error)

// Call makes one, for those who put tasks of any type.
func (n Name[T]) Call(told T) Call {
	return func(token string) (Task, error) { return n.With(token, told) }
}

// Told reads what a task is told. A parameter that T does not have is an error: it would
// be lost.
func (n Name[T]) Told(params map[string]any) (T, error) {
	var told T
	if params == nil {
		params = map[string]any{}
	}
	text, err := json.Marshal(params)
	if err != nil {
		return told, err
	}
	if message, ok := any(told).(proto.Message); ok {
		fresh := message.ProtoReflect().New().Interface()
		if err := protojson.Unmarshal(text, fresh); err != nil {
			return told, err
		}
		return fresh.(T), nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return told, decoder.Decode(&told)
}

func encodeParams(told any) (map[string]any, error) {
	var text []byte
	var err error
	if message, ok := told.(proto.Message); ok {
		text, err = protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	} else {
		text, err = json.Marshal(told)
	}
	if err != nil {
		return nil, fmt.Errorf("write its parameters: %w", err)
	}
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return nil, fmt.Errorf("its parameters must be an object of JSON, and a %T is none", told)
	}
	if err := exact(text); err != nil {
		return nil, err
	}
	var params map[string]any
	return params, json.Unmarshal(text, &params)
}

// exact refuses whole numbers that would be others when they are read: JSON has no
// larger ones that all readers agree on.
func exact(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		number, ok := token.(json.Number)
		if !ok {
			continue
		}
		whole, ok := new(big.Int).SetString(number.String(), 10)
		if ok && new(big.Int).Abs(whole).Cmp(big.NewInt(1<<53)) > 0 {
			return fmt.Errorf("the parameter %s is too large for a number of JSON; have it written as a text (`json:\",string\"`)", number)
		}
	}
}
