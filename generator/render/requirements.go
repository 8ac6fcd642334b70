package render

import (
	"fmt"
	"strings"

	"golang.org/x/mod/modfile"
)

// Requirements are what a go.mod and a go.sum name.
type Requirements struct {
	modules map[string]bool
	sums    map[string]bool // module and version, as a line begins
}

// ReadRequirements reads a go.mod and the go.sum beside it.
func ReadRequirements(mod, sum []byte) (Requirements, error) {
	r := Requirements{map[string]bool{}, map[string]bool{}}
	file, err := modfile.Parse("go.mod", mod, nil)
	if err != nil {
		return r, fmt.Errorf("read what go.mod was rendered as last: %w", err)
	}
	for _, one := range file.Require {
		r.modules[one.Mod.Path] = true
	}
	for line := range strings.Lines(string(sum)) {
		r.sums[summed(line)] = true
	}
	return r, nil
}

// keep has a need be no less than requirements, as far as their modules are known.
func (m *Modules) keep(n need, r Requirements) {
	for of := range r.modules {
		if _, known := m.Versions[of]; known {
			n.all[of] = true
		}
	}
	for i, line := range m.Sums {
		of, version, _ := strings.Cut(summed(line), " ")
		current := strings.TrimSuffix(version, "/go.mod") == m.Versions[of]
		if r.sums[summed(line)] || r.modules[of] && current { // it may be another version by now
			n.sums[i] = true
		}
	}
}

// summed is what a line of go.sum is about.
func summed(line string) string {
	end := strings.LastIndex(strings.TrimSpace(line), " ")
	return line[:max(end, 0)]
}
