package trial

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	dockerfile "github.com/moby/buildkit/frontend/dockerfile/parser"
	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/modfile"
)

// A fault is what is wrong with a file, by its line; 0 is the whole.
type fault struct {
	check   Check
	line    int
	message string
}

// faults reads a file as what its name says it is. One that was no better without the
// overlay, was, is left alone.
func faults(at string, body, was []byte) []fault {
	read := reader(at)
	if read == nil {
		return nil
	}
	found := read(at, body)
	if len(found) > 0 && was != nil && len(read(at, was)) > 0 {
		return nil // such as JSON that has comments
	}
	return found
}

func reader(at string) func(at string, body []byte) []fault {
	name := path.Base(at)
	switch ext := path.Ext(at); {
	case ext == ".go":
		return readGo
	case name == "go.mod":
		return readMod
	case ext == ".json":
		return readJSON
	case (ext == ".yaml" || ext == ".yml") && !helmTemplate(at):
		return readYAML
	case name == "Dockerfile", strings.HasPrefix(name, "Dockerfile."), ext == ".dockerfile":
		return readDockerfile
	}
	return nil
}

// helmTemplate reports whether a file becomes YAML in Helm's hands only.
func helmTemplate(at string) bool {
	return strings.Contains(at, "/templates/") && strings.HasPrefix(at, chartFolder+"/")
}

func readGo(at string, body []byte) []fault {
	_, err := parser.ParseFile(token.NewFileSet(), "", body, parser.ParseComments|parser.SkipObjectResolution)
	var errs scanner.ErrorList
	if errors.As(err, &errs) && len(errs) > 0 {
		return []fault{{Go, errs[0].Pos.Line, errs[0].Msg}}
	}
	tidy, err := format.Source(body)
	if err != nil {
		return []fault{{Go, 0, err.Error()}}
	}
	if bytes.Equal(tidy, body) {
		return nil
	}
	have, want := bytes.Split(body, []byte("\n")), bytes.Split(tidy, []byte("\n"))
	line := 0
	for line < len(have) && line < len(want) && bytes.Equal(have[line], want[line]) {
		line++
	}
	return []fault{{Go, line + 1, "it is not as gofmt has it; run gofmt over the file that is copied"}}
}

func readMod(_ string, body []byte) []fault {
	_, err := modfile.Parse("go.mod", body, nil)
	var errs modfile.ErrorList
	if errors.As(err, &errs) && len(errs) > 0 {
		return []fault{{Go, errs[0].Pos.Line, errs[0].Err.Error()}}
	}
	return nil
}

func readJSON(_ string, body []byte) []fault {
	dec := json.NewDecoder(bytes.NewReader(body))
	var value any
	err := dec.Decode(&value)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		return []fault{{JSON, lineAt(body, dec.InputOffset()), "more follows the value"}}
	}
	offset := int64(len(body))
	if wrong := (*json.SyntaxError)(nil); errors.As(err, &wrong) {
		offset = wrong.Offset
	}
	return []fault{{JSON, lineAt(body, offset), err.Error()}}
}

func lineAt(body []byte, offset int64) int {
	return 1 + bytes.Count(body[:min(max(offset-1, 0), int64(len(body)))], []byte("\n"))
}

// yamlLine is where the YAML parser says that something is wrong.
var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): (?s:(.*))$`)

func readYAML(_ string, body []byte) []fault {
	for dec := yaml.NewDecoder(bytes.NewReader(body)); ; {
		var value any
		err := dec.Decode(&value)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			continue
		}
		if at := yamlLine.FindStringSubmatch(err.Error()); at != nil {
			line, _ := strconv.Atoi(at[1]) // the pattern has digits only
			return []fault{{YAML, line, at[2]}}
		}
		return []fault{{YAML, 0, strings.TrimPrefix(err.Error(), "yaml: ")}}
	}
}

func readDockerfile(_ string, body []byte) []fault {
	parsed, err := dockerfile.Parse(bytes.NewReader(body))
	if err == nil {
		_, _, err = instructions.Parse(parsed.AST, nil)
	}
	if err == nil {
		return nil
	}
	f := fault{Dockerfile, 0, err.Error()}
	if where := (*dockerfile.LocationError)(nil); errors.As(err, &where) && len(where.Locations) > 0 && len(where.Locations[0]) > 0 {
		f.line = where.Locations[0][0].Start.Line
	}
	if wrong := (*instructions.UnknownInstructionError)(nil); errors.As(err, &wrong) {
		f.line, f.message = wrong.Line, "unknown instruction "+wrong.Instruction
	}
	return []fault{f}
}
