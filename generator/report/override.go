package report

import (
	"fmt"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Overrides says which overrides spacegen has gone beyond. Nothing is wrong with the
// repository: its overlay's keeper has something to do.
func Overrides(overrides []render.Override) []Finding {
	var findings []Finding
	for _, o := range overrides {
		switch {
		case o.Behind:
			findings = append(findings, Finding{RuleOverride, spec.FileName, 0, fmt.Sprintf("the overlay %s overrides %s, which spacegen has changed since; 'spacegen templates update', run in the overlay, merges", o.Overlay, o.Path), true})
		case o.NoBase:
			findings = append(findings, Finding{RuleOverride, spec.FileName, 0, fmt.Sprintf("the overlay %s overrides %s and has no base of it, so that nobody knows what spacegen has changed since; 'spacegen templates override --base-only %s', run in the overlay, writes one", o.Overlay, o.Path, o.Path), true})
		}
	}
	return findings
}
