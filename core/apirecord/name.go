package apirecord

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"
)

// anyParent begins the pattern of names below whatever parent a request names.
const anyParent = "**/"

// NewName is the name of a new resource (AIP-122) below a parent, by the pattern that fits
// the parent, such as publishers/*/books/*. The identifier is the caller's or, if he says
// none, a new one, which begins with kind. If the caller says the name as well, it must be
// that.
func NewName(said, parent, id, kind string, patterns ...string) (string, error) {
	if strings.Contains(id, "/") {
		return "", apierror.Invalid("id", "it has a slash")
	}
	rest, ok := below(parent, patterns)
	switch {
	case !ok && parent == "":
		return "", apierror.Required("parent")
	case !ok || strings.Contains("/"+parent+"/", "/-/"):
		return "", apierror.Invalid("parent", "names are as "+strings.Join(patterns, " or "))
	}
	if id == "" && said != "" {
		id = said[strings.LastIndex(said, "/")+1:]
	}
	name := strings.TrimPrefix(parent+"/"+strings.Replace(rest, "*", cmp.Or(id, identifier.New(kind)), 1), "/")
	if said != "" && said != name {
		return "", apierror.Invalid("name", "it would be "+name)
	}
	return name, nil
}

// below gives what follows a parent in a name, by the first pattern that fits the parent:
// books/* below publishers/1. A segment of the parent that is - stands for any.
func below(parent string, patterns []string) (rest string, ok bool) {
	var given []string
	if parent != "" {
		given = strings.Split(parent, "/")
	}
	for _, pattern := range patterns {
		if rest, of := strings.CutPrefix(pattern, anyParent); of {
			return rest, true
		}
		segments := strings.Split(pattern, "/")
		if len(given) >= len(segments) || !fits(given, segments) {
			continue
		}
		rest := strings.Join(segments[len(given):], "/")
		if strings.Count(rest, "*") <= 1 && (strings.HasSuffix(rest, "*") || !strings.Contains(rest, "*")) {
			return rest, true
		}
	}
	return "", false
}

func fits(given, segments []string) bool {
	for i, one := range given {
		if one == "" || segments[i] != "*" && segments[i] != one {
			return false
		}
	}
	return true
}

// Below is the condition that a resource's name lies below its parent's; "-" stands for
// any, and no parent for all. A parent below which no name can lie is refused.
func Below(parent string, patterns ...string) ([]query.Condition, error) {
	if parent == "" {
		return nil, nil
	}
	rest, ok := below(parent, patterns)
	if !ok {
		return nil, apierror.Invalid("parent", "names are as "+strings.Join(patterns, " or "))
	}
	parts := strings.Split(parent+"/"+rest, "/")
	for i, part := range parts {
		if parts[i] = regexp.QuoteMeta(part); part == "-" || part == "*" {
			parts[i] = "[^/]+"
		}
	}
	return []query.Condition{{Key: "name", Operator: query.Regex, Value: "^" + strings.Join(parts, "/") + "$"}}, nil
}
