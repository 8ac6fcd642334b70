package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Rule is what the Spec says of who may call a method, as what follows the pipeline.Method
// that all methods have; empty if it says nothing.
func (v *View) Rule(service, method string) string {
	rule := v.Spec.Methods[service+"."+method]
	var code strings.Builder
	if len(rule.Roles) > 0 {
		code.WriteString(".WithRoles(")
		for i, role := range rule.Roles {
			if i > 0 {
				code.WriteString(", ")
			}
			fmt.Fprintf(&code, "%q", role)
		}
		code.WriteString(")")
	}
	if rule.Permission != "" {
		fmt.Fprintf(&code, ".WithPermission(%q)", rule.Permission)
	}
	return code.String()
}

// checkMethods refuses rules for methods that the API does not have.
func (v *View) checkMethods(s *spec.Spec, in Input) error {
	if len(s.Methods) == 0 {
		return nil
	}
	var known []string
	for _, service := range v.APIs() {
		for _, m := range service.Methods {
			known = append(known, service.Proto+"."+m.Name)
		}
	}
	for _, r := range v.Declared() {
		for _, verb := range []string{"create", "update", "delete", "get", "list", "stat"} {
			known = append(known, r.Pascal()+"."+verb)
		}
		if r.Analyzed() {
			known = append(known, r.Pascal()+".analyze")
		}
		for _, m := range r.Extra {
			known = append(known, r.Pascal()+"."+m.Name)
		}
	}
	slices.Sort(known)
	return s.CheckMethods(spec.FileName, in.SpecText, slices.Compact(known))
}
