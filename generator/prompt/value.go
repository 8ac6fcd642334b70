package prompt

import (
	"context"
	"errors"
)

// Value asks for a value that an overlay needs; help is what the overlay says of it.
func Value(ctx context.Context, asker Asker, name, help string, choices []string) (string, error) {
	q := Question{Message: name + ":", Help: help, Check: func(answer string) error {
		if answer == "" {
			return errors.New("the overlay cannot do without it")
		}
		return nil
	}}
	if len(choices) > 0 {
		q.Kind, q.Choices, q.Default, q.Check = One, choices, choices[0], nil
	}
	answer := ""
	return answer, asker.Ask(ctx, q, &answer)
}
