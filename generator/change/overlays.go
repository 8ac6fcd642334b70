package change

import (
	"fmt"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// laid refuses to render a Spec without the overlays that it names.
func (l *loaded) laid(overlays []overlay.Pin) error {
	if slices.EqualFunc(l.spec.Templates, overlays, func(o spec.Overlay, pin overlay.Pin) bool { return o == pin.Overlay }) {
		return nil
	}
	return fmt.Errorf("%s names other overlays than those that were opened; was it edited meanwhile? Run this again", spec.FileName)
}

// overlaid says which overlays come, go and move.
func (l *loaded) overlaid() []string {
	if l.project.Lock == nil {
		return nil
	}
	was, is := l.project.Lock.Overlays, l.by.Overlays
	find := func(pins []overlay.Pin, name string) int {
		return slices.IndexFunc(pins, func(p overlay.Pin) bool { return p.Name == name })
	}
	var notes []string
	for _, pin := range is {
		switch i := find(was, pin.Name); {
		case i < 0:
			notes = append(notes, fmt.Sprintf("the overlay %s (%s) is used from now on, and %s names it", pin.Name, pin.From, spec.FileName))
		case was[i].From != pin.From:
			notes = append(notes, fmt.Sprintf("the overlay %s comes from %s now, and came from %s", pin.Name, pin.From, was[i].From))
		case was[i].Revision != pin.Revision:
			notes = append(notes, fmt.Sprintf("the overlay %s (%s) is at %s now, and was at %s", pin.Name, pin.From, pin.Revision, was[i].Revision))
		}
	}
	for _, pin := range was {
		if find(is, pin.Name) < 0 {
			notes = append(notes, fmt.Sprintf("the overlay %s (%s) is no longer used: %s does not name it", pin.Name, pin.From, spec.FileName))
		}
	}
	return notes
}
