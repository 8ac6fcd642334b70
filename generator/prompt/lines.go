package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// lines asks by plain lines, which any terminal can show.
type lines struct {
	in  *bufio.Reader
	out io.Writer
}

func newLines(in io.Reader, out io.Writer) *lines { return &lines{bufio.NewReader(in), out} }

func (a *lines) Ask(ctx context.Context, q Question, into any) error {
	for {
		fmt.Fprint(a.out, q.line())
		answer, err := a.read(ctx)
		if err != nil {
			return err
		}
		if answer == "?" && q.Help != "" {
			fmt.Fprintln(a.out, q.Help)
			continue
		}
		if err = q.take(answer, into); err == nil {
			return nil
		}
		fmt.Fprintf(a.out, "  %v\n", err)
	}
}

// read gives a line. Who waits for one that does not come ends with the context.
func (a *lines) read(ctx context.Context) (string, error) {
	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := a.in.ReadString('\n')
		read <- line{text, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.out)
		return "", ErrInterrupted
	case got := <-read:
		if got.err != nil { // of a line that was not finished, too
			return "", ErrInterrupted
		}
		return strings.TrimSpace(got.text), nil
	}
}

// line is the question in one line, with what may be answered and what an empty
// answer stands for.
func (q Question) line() string {
	var out strings.Builder
	out.WriteString("? " + q.Message)
	switch q.Kind {
	case Confirm:
		usual := "n"
		if yes, _ := q.Default.(bool); yes {
			usual = "y"
		}
		fmt.Fprintf(&out, " (y/n) [%s]", usual)
	case One, Many:
		what := "one of "
		if q.Kind == Many {
			what = "any of, with commas between: "
		}
		fmt.Fprintf(&out, " (%s%s)", what, strings.Join(q.Choices, ", "))
		if list, ok := q.Default.([]string); ok {
			fmt.Fprintf(&out, " [%s]", strings.Join(list, ","))
		}
		fallthrough
	case Text:
		if text, _ := q.Default.(string); text != "" {
			fmt.Fprintf(&out, " [%s]", text)
		}
	}
	return out.String() + " "
}

// take checks an answer and puts it into what the question's kind wants.
func (q Question) take(answer string, into any) error {
	switch into := into.(type) {
	case *bool:
		switch strings.ToLower(answer) {
		case "y", "yes":
			*into = true
		case "n", "no":
			*into = false
		case "":
			*into, _ = q.Default.(bool)
		default:
			return errors.New("answer y or n")
		}
	case *[]string:
		list, _ := q.Default.([]string)
		if answer != "" {
			list = strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' })
		}
		for _, one := range list {
			if !slices.Contains(q.Choices, one) {
				return fmt.Errorf("%q is none of %s", one, strings.Join(q.Choices, ", "))
			}
		}
		first := ""
		if len(list) > 0 {
			first = list[0]
		}
		if err := q.check(first); err != nil {
			return err
		}
		*into = slices.DeleteFunc(slices.Clone(q.Choices), func(choice string) bool { return !slices.Contains(list, choice) })
	case *string:
		if usual, _ := q.Default.(string); answer == "" {
			answer = usual
		}
		if q.Kind == One && !slices.Contains(q.Choices, answer) {
			return fmt.Errorf("%q is none of %s", answer, strings.Join(q.Choices, ", "))
		}
		if err := q.check(answer); err != nil {
			return err
		}
		*into = answer
	default:
		return fmt.Errorf("a question cannot be answered into %T", into)
	}
	return nil
}

func (q Question) check(answer string) error {
	if q.Check == nil {
		return nil
	}
	return q.Check(answer)
}
