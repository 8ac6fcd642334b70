package prompt

import "context"

// A Decision is what becomes of a file that both sides changed.
type Decision string

// The decisions.
const (
	Markers Decision = "both, with markers"
	Ours    Decision = "yours"
	Theirs  Decision = "the template's"
	Show    Decision = "show the difference" // and ask again
)

// Decide asks what becomes of a file with a conflict. show shows the two sides.
func Decide(ctx context.Context, asker Asker, path string, show func()) (Decision, error) {
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		choice := ""
		err := asker.Ask(ctx, Question{
			Kind: One, Message: path + ": you and the template changed the same place. Take",
			Choices: []string{string(Markers), string(Ours), string(Theirs), string(Show)}, Default: string(Markers),
			Help: "With markers, the file has both versions, and you decide in your editor.",
		}, &choice)
		if err != nil || Decision(choice) != Show {
			return Decision(choice), err
		}
		show()
	}
}

// Name asks for the name of a part that a command adds or removes, as its
// arguments would say it.
func Name(ctx context.Context, asker Asker, what, example string, check func(string) error) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	name := ""
	err := asker.Ask(ctx, Question{Message: what + ":", Help: "As in " + example + ".", Check: check}, &name)
	return name, err
}

// Package asks which package of an API is answered.
func Package(ctx context.Context, asker Asker, packages []string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	pkg := ""
	err := asker.Ask(ctx, Question{
		Kind: One, Message: "Package of the API:", Choices: packages, Default: packages[0],
		Help: "A service answers the services of one proto package. 'spacegen new NAME --proto DIR --all' makes one of each.",
	}, &pkg)
	return pkg, err
}
