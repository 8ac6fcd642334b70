package merge

import (
	"regexp"
	"strings"
)

// makeLine is a line of a Makefile that sets a variable, or begins a rule.
var makeLine = regexp.MustCompile(`^(?:export |override )*([A-Za-z_][\w.-]*) *(?::|::|\?|\+|!)?=|^([^\s:#=][^:#=]*):(?:[^=]|$)`)

// conditional is a line whose place says what it, or the lines below it, mean.
var conditional = regexp.MustCompile(`^(?:if|else|endif|define|endef)`)

// makeParts cuts a Makefile at its variables and targets. One with conditions is left to
// lines: what stands between these means something else elsewhere.
func makeParts(lines []string) (list, bool) {
	o := outline{from: 1, to: len(lines) + 1}
	continued := false
	for i, line := range lines {
		m := makeLine.FindStringSubmatch(line)
		text := strings.TrimSpace(line)
		last := len(o.spans) - 1
		switch {
		case continued || strings.HasPrefix(line, "\t") && last >= 0:
			if last < 0 {
				return list{}, false
			}
			o.spans[last].to = i + 2
		case m != nil:
			o.spans = append(o.spans, span{key: m[1] + strings.TrimSpace(m[2]), from: i + 1, to: i + 2})
		case conditional.MatchString(text):
			return list{}, false
		case text != "" && !strings.HasPrefix(text, "#"):
			o.spans = append(o.spans, span{key: text, from: i + 1, to: i + 2})
		}
		continued = strings.HasSuffix(strings.TrimSuffix(line, "\n"), `\`)
	}
	return cut(lines, o)
}
