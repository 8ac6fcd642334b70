// Package docs holds the documentation of spacegen, so that the binary can search it.
package docs

import (
	"bufio"
	"bytes"
	"cmp"
	"embed"
	"io/fs"
	"slices"
	"strings"
	"unicode"
)

//go:embed *.md
var files embed.FS

// A Section is what stands below a heading, up to the next one.
type Section struct {
	File    string `json:"file"` // below docs/
	Heading string `json:"heading"`
	Text    string `json:"text"`
}

// Search gives the sections in which most words of a query stand, the best ones first, n
// at most. There are none if no word stands anywhere.
func Search(query string, n int) ([]Section, error) {
	sections, err := read()
	if err != nil {
		return nil, err
	}
	wanted := words(query)
	type scored struct {
		Section

		score int
	}
	var found []scored
	for _, s := range sections {
		if score := s.score(wanted); score > 0 {
			found = append(found, scored{s, score})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var best []Section
	for _, s := range found[:min(n, len(found))] {
		best = append(best, s.Section)
	}
	return best, nil
}

// score is higher the more of the words a section has: each counts a hundred, ten more in
// its heading, and a little for each time it stands there.
func (s Section) score(wanted []string) int {
	heading, text := words(s.File+" "+s.Heading), words(s.Text)
	total := 0
	for _, word := range wanted {
		stands := func(w string) bool { return strings.HasPrefix(w, word) }
		times := 0
		for _, w := range text {
			if stands(w) {
				times++
			}
		}
		if slices.ContainsFunc(heading, stands) {
			total += 10
			times++
		}
		if times > 0 {
			total += 100 + min(times, 9)
		}
	}
	return total
}

// words are those of a text, in small letters, each as often as it stands there.
func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_'
	})
}

// read cuts all files into sections.
func read() ([]Section, error) {
	var all []Section
	err := fs.WalkDir(files, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(at)
		all = append(all, cut(at, text)...)
		return err
	})
	return all, err
}

// cut gives the sections of a file. A # in a block of code begins none.
func cut(file string, text []byte) []Section {
	var all []Section
	var body strings.Builder
	heading, code := file, false
	end := func() {
		if strings.TrimSpace(body.String()) != "" {
			all = append(all, Section{file, heading, strings.TrimSpace(body.String())})
		}
		body.Reset()
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		if !code && strings.HasPrefix(line, "#") {
			end()
			heading = strings.TrimSpace(strings.TrimLeft(line, "#"))
			continue
		}
		body.WriteString(line + "\n")
	}
	end()
	return all
}
