package pipeline

import (
	"slices"
	"strings"
)

// separators stand between the words of a permission: inventory:Region.read.
const separators = ":."

// Grants reports whether a permission contains another one. It does if it is the
// same, or its first words: inventory, inventory: and inventory:* contain
// inventory:Region.read, and so does *; inventory:Reg does not.
func Grants(permission, needed string) bool {
	words, all := strings.CutSuffix(permission, "*")
	if all && words != "" && !endsWord(words) {
		return false // a part of a word
	}
	rest, found := strings.CutPrefix(needed, words)
	switch {
	case !found || permission == "":
		return false
	case rest == "" || words == "" || endsWord(words):
		return true
	default:
		return strings.ContainsRune(separators, rune(rest[0]))
	}
}

func endsWord(words string) bool {
	return words != "" && strings.ContainsRune(separators, rune(words[len(words)-1]))
}

// May reports whether the caller's permissions allow what needs one. A caller with a
// list of permissions, empty or not, may do what is in it; one without a list may do
// whatever his role allows.
func (i *Identity) May(needed string) bool {
	if i.Permissions == nil || needed == "" {
		return true
	}
	return slices.ContainsFunc(i.Permissions, func(held string) bool { return Grants(held, needed) })
}
