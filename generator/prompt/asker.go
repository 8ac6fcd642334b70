// Package prompt asks on a terminal for what a Spec needs. It is the only
// importer of the prompt library, which is behind one method.
package prompt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

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

// An Asker asks until the answer is acceptable. into is a *string, *bool, *string or
// *[]string by the question's kind.
type Asker interface {
	Ask(ctx context.Context, q Question, into any) error
}

// IsTerminal reports whether a person sits at both ends.
func IsTerminal(in, out *os.File) bool {
	return term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd()))
}

// New gives an Asker for a terminal. Where the terminal says of itself that it can do
// nothing but print, or does not answer where its cursor is, it asks by plain lines.
func New(in *os.File, out *os.File, err io.Writer, kind string) Asker {
	if kind == "dumb" || kind == "emacs" || kind == "" && runtime.GOOS != "windows" {
		return newLines(in, out)
	}
	return &terminalAsker{in: in, out: out, err: err}
}

// A terminalAsker asks by menus, once it knows that the terminal can show them.
type terminalAsker struct {
	in, out *os.File
	err     io.Writer
	asker   Asker
	lines   *lines
}

func (a *terminalAsker) Ask(ctx context.Context, q Question, into any) error {
	if a.asker == nil {
		ahead, answers, err := answersQueries(ctx, a.in, a.out)
		if err != nil {
			return err
		}
		in := typed{Reader: io.MultiReader(bytes.NewReader(ahead), a.in), File: a.in}
		a.lines = newLines(in, a.out)
		if a.asker = a.lines; answers {
			a.asker = surveyAsker{survey.WithStdio(in, a.out, a.err), a.out}
		}
	}
	if q.Kind == Text {
		return a.lines.Ask(ctx, q, into) // a menu's library wipes out what stands above an answer of two lines
	}
	return a.asker.Ask(ctx, q, into)
}

// typed is a terminal's input, of which some was read before anything was asked.
type typed struct {
	io.Reader
	*os.File
}

func (t typed) Read(p []byte) (int, error) { return t.Reader.Read(p) }

// A surveyAsker shows menus.
type surveyAsker struct {
	stdio survey.AskOpt
	out   *os.File
}

func (a surveyAsker) Ask(ctx context.Context, q Question, into any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.room(&q)
	var p survey.Prompt
	switch q.Kind {
	case One:
		p = &survey.Select{Message: q.Message, Help: q.Help, Options: q.Choices, Default: q.Default}
	case Many:
		p = &survey.MultiSelect{Message: q.Message, Help: q.Help, Options: q.Choices, Default: q.Default}
	case Text, Confirm:
		yes, _ := q.Default.(bool)
		p = &survey.Confirm{Message: q.Message, Help: q.Help, Default: yes}
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

// hints is the room that the library takes on the line of a message.
const hints = len("? [Use arrows to move, space to select, type to filter, ? for more help]")

// room prints a message that does not fit on a line above its menu.
func (a surveyAsker) room(q *Question) {
	width, _, err := term.GetSize(int(a.out.Fd()))
	if err != nil || width <= 0 || len(q.Message)+hints < width {
		return
	}
	fmt.Fprintln(a.out, wrapped(q.Message, width))
	q.Message = ">"
}

// wrapped breaks a text into lines, between words where it can.
func wrapped(text string, width int) string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) >= width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
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
