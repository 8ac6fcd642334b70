// Package prompt asks on a terminal for what a Spec needs. It is the only
// importer of the prompt library, which is behind one method.
package prompt

import (
	"errors"
	"io"
	"os"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"
)

// ErrInterrupted means that whoever was asked pressed Ctrl-C.
var ErrInterrupted = errors.New("interrupted; nothing was written")

// Kind is the kind of answer that a question wants.
type Kind int

// The kinds of answers.
const (
	Text    Kind = iota // a string
	Confirm             // a bool
	One                 // a string, one of Choices
	Many                // a []string, of Choices
)

// A Question is one prompt.
type Question struct {
	Kind    Kind
	Message string
	Help    string
	Choices []string
	Default any                // string, bool, string, []string by Kind
	Check   func(string) error // of a Text, or the number of a Many
}

// An Asker asks. into is a *string, *bool, *string or *[]string by the
// question's kind.
type Asker interface {
	Ask(q Question, into any) error
}

// IsTerminal reports whether a person sits at both ends.
func IsTerminal(in, out *os.File) bool {
	return term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd()))
}

// New gives an Asker for a terminal.
func New(in *os.File, out *os.File, err io.Writer) Asker {
	return surveyAsker{survey.WithStdio(in, out, err)}
}

type surveyAsker struct{ stdio survey.AskOpt }

// Ask asks until the answer is acceptable.
func (a surveyAsker) Ask(q Question, into any) error {
	var p survey.Prompt
	switch q.Kind {
	case Text:
		text, _ := q.Default.(string)
		p = &survey.Input{Message: q.Message, Help: q.Help, Default: text}
	case Confirm:
		yes, _ := q.Default.(bool)
		p = &survey.Confirm{Message: q.Message, Help: q.Help, Default: yes}
	case One:
		p = &survey.Select{Message: q.Message, Help: q.Help, Options: q.Choices, Default: q.Default}
	case Many:
		p = &survey.MultiSelect{Message: q.Message, Help: q.Help, Options: q.Choices, Default: q.Default}
	}
	options := []survey.AskOpt{a.stdio}
	if q.Check != nil {
		options = append(options, survey.WithValidator(func(answer any) error { return check(q, answer) }))
	}
	err := survey.AskOne(p, into, options...)
	if errors.Is(err, terminal.InterruptErr) || errors.Is(err, io.EOF) {
		return ErrInterrupted
	}
	return err
}

func check(q Question, answer any) error {
	switch answer := answer.(type) {
	case string:
		return q.Check(answer)
	case []survey.OptionAnswer:
		first := ""
		if len(answer) > 0 {
			first = answer[0].Value
		}
		return q.Check(first)
	default:
		return nil
	}
}
