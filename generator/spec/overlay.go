package spec

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// OverlayFolder is where a repository keeps templates of its own, unless it names another
// folder.
const OverlayFolder = ".spacegen/templates"

// An Overlay is templates that are laid over those of spacegen.
type Overlay struct {
	Name string `yaml:"name"`
	From Source `yaml:"from"`
}

// Source says where the templates of an overlay come from, as spacegen.yaml and
// --templates write it; Parse takes it apart.
type Source string

// SourceKind is a way in which templates reach a machine.
type SourceKind string

// The kinds of sources.
const (
	FolderSource SourceKind = "folder" // ../templates: as it stands
	GitSource    SourceKind = "git"    // git+https://example.com/templates//acme@v1.3.0
	ModuleSource SourceKind = "module" // example.com/templates@v1.3.0, by the Go command
	OCISource    SourceKind = "oci"    // oci://example.com/templates:v1.3.0
)

// A Reference is a Source, taken apart.
type Reference struct {
	Kind     SourceKind
	Location string // a folder; a URL as git has it; a module's path; an image without its tag
	Inside   string // the folder of a git repository that the templates lie in; "" is its root
	Version  string // a tag, a commit, a module's version, a digest; "" of a folder
}

// Pinned reports whether what the reference names should always be the same.
func (r Reference) Pinned() bool { return r.Kind != FolderSource }

// Source writes the reference.
func (r Reference) Source() Source {
	switch r.Kind {
	case GitSource:
		from := "git+" + r.Location
		if r.Inside != "" {
			from += "//" + r.Inside
		}
		return Source(from + "@" + r.Version)
	case ModuleSource:
		return Source(r.Location + "@" + r.Version)
	case OCISource:
		if strings.HasPrefix(r.Version, "sha256:") {
			return Source("oci://" + r.Location + "@" + r.Version)
		}
		return Source("oci://" + r.Location + ":" + r.Version)
	case FolderSource:
	}
	return Source(r.Location)
}

// Name is what an overlay from there is called, if nothing else names it.
func (r Reference) Name() string {
	last := path.Base(strings.TrimSuffix(r.Location, "/"))
	switch {
	case r.Inside != "":
		last = path.Base(r.Inside)
	case r.Kind == ModuleSource:
		if before, _, ok := module.SplitPathVersion(r.Location); ok {
			last = path.Base(before)
		}
	}
	last = strings.TrimSuffix(last, ".git")
	last = strings.Trim(notInName.ReplaceAllString(strings.ToLower(last), "-"), "-")
	if !overlayName.MatchString(last) {
		return "templates"
	}
	return last
}

var (
	notInName   = regexp.MustCompile(`[^a-z0-9-]+`)
	overlayName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)
)

// errSource says how a source is written.
var errSource = errors.New(`write a folder ("../templates"), git ("git+https://example.com/templates@v1.3.0"), a Go module ("example.com/templates@v1.3.0") or an OCI artifact ("oci://example.com/templates:v1.3.0")`)

// Parse takes the source apart.
func (s Source) Parse() (Reference, error) {
	text := string(s)
	if i := strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("\\'\"`", r) }); i >= 0 {
		return Reference{}, fmt.Errorf("%q has a character that no source of templates has; %w", shorten(text), errSource)
	}
	switch {
	case strings.HasPrefix(text, "git+"):
		return parseGit(strings.TrimPrefix(text, "git+"))
	case strings.HasPrefix(text, "oci://"):
		return parseOCI(strings.TrimPrefix(text, "oci://"))
	case strings.HasPrefix(text, "."), strings.HasPrefix(text, "/"):
		return Reference{Kind: FolderSource, Location: text}, nil
	}
	at, version, ok := strings.Cut(text, "@")
	if !ok || module.CheckPath(at) != nil {
		return Reference{}, fmt.Errorf("%q is no source of templates; %w", shorten(text), errSource)
	}
	if semver.Canonical(version) != version || module.Check(at, version) != nil {
		return Reference{}, fmt.Errorf("%q is no version of the module %s; write it whole, as in %s@v1.3.0", shorten(version), at, at)
	}
	return Reference{Kind: ModuleSource, Location: at, Version: version}, nil
}

// refName is what git takes as a tag, a branch or a commit, and nothing that it takes for
// an option.
var refName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/+-]*$`)

func parseGit(text string) (Reference, error) {
	r := Reference{Kind: GitSource}
	cut := strings.LastIndex(text, "@")
	if cut < 0 || strings.Contains(text[cut:], "://") || !refName.MatchString(text[cut+1:]) || strings.Contains(text[cut:], "..") {
		return r, fmt.Errorf("git+%s names no tag or commit; write it at the end, as in git+%s@v1.3.0", shorten(text), shorten(strings.TrimSuffix(text, "@")))
	}
	r.Location, r.Version = text[:cut], text[cut+1:]
	scheme, rest, ok := strings.Cut(r.Location, "://")
	if !ok || scheme != "https" && scheme != "http" && scheme != "ssh" && scheme != "file" {
		return r, fmt.Errorf("git+%s has none of the schemes https, ssh, http and file; write git@host:path as git+ssh://git@host/path", shorten(text))
	}
	if before, inside, ok := strings.Cut(rest, "//"); ok {
		r.Location, r.Inside = scheme+"://"+before, path.Clean(inside)
		if inside == "" || r.Inside == ".." || strings.HasPrefix(r.Inside, "../") || strings.HasPrefix(r.Inside, "/") {
			return r, fmt.Errorf("%q is no folder of the git repository", shorten(inside))
		}
	}
	u, err := url.Parse(r.Location)
	if err != nil || u.Path == "" || u.Host == "" && scheme != "file" || strings.HasPrefix(u.Host, "-") {
		return r, fmt.Errorf("%q is no URL of a git repository", shorten(r.Location))
	}
	if _, secret := u.User.Password(); secret {
		return r, fmt.Errorf("the URL of %s has a password in it, which would be committed; let git's credential helper know it", u.Redacted())
	}
	return r, nil
}

var ociName = regexp.MustCompile(`^[a-zA-Z0-9.-]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+$`)

func parseOCI(text string) (Reference, error) {
	r := Reference{Kind: OCISource, Location: text}
	if before, digest, ok := strings.Cut(text, "@"); ok {
		r.Location, r.Version = before, digest
		if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(digest) {
			return r, fmt.Errorf("%q is no digest; write sha256: and 64 hexadecimal digits", shorten(digest))
		}
	} else if cut := strings.LastIndex(text, ":"); cut > strings.LastIndex(text, "/") {
		r.Location, r.Version = text[:cut], text[cut+1:]
	}
	if !ociName.MatchString(r.Location) {
		return r, fmt.Errorf("oci://%s names no artifact; write a registry and a name, as in oci://example.com/templates:v1.3.0", shorten(text))
	}
	if r.Version == "" || !strings.HasPrefix(r.Version, "sha256:") && !regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`).MatchString(r.Version) {
		return r, fmt.Errorf("oci://%s names no version; write a tag or a digest at the end, as in oci://%s:v1.3.0", shorten(text), r.Location)
	}
	return r, nil
}

// CheckOverlayName refuses a name that no overlay has.
func CheckOverlayName(name string) error {
	if !overlayName.MatchString(name) {
		return fmt.Errorf("%q is no name of templates; %s", shorten(name), overlayNameFix)
	}
	return nil
}

const overlayNameFix = `write small letters, digits and hyphens, as in "acme"`

// overlays notes what is wrong with the overlays.
func (v *validator) overlays(overlays []Overlay) {
	seen := map[string]bool{}
	for i, o := range overlays {
		at := fmt.Sprintf("templates[%d]", i)
		switch {
		case !overlayName.MatchString(o.Name):
			v.add(at+".name", fmt.Sprintf("%q is no name of templates", shorten(o.Name)), overlayNameFix)
		case seen[o.Name]:
			v.add(at+".name", "two overlays are called "+o.Name, "give each its own name")
		}
		seen[o.Name] = true
		r, err := o.From.Parse()
		switch {
		case err != nil:
			v.add(at+".from", err.Error(), errSource.Error())
		case r.Kind == FolderSource && path.IsAbs(r.Location):
			v.add(at+".from", "the folder "+shorten(r.Location)+" is on one machine alone", `write it as seen from this file, as in "../templates"`)
		case r.Kind == FolderSource && path.Clean(r.Location) == ".":
			v.add(at+".from", "the repository can't be its own templates", "keep them in a folder, such as "+OverlayFolder)
		}
	}
}

// SetOverlays makes the overlays of a Spec these. Entries that stay keep their lines.
func (f *File) SetOverlays(overlays []Overlay) error {
	want := f.draft()
	if slices.Equal(f.spec.Templates, overlays) {
		return nil
	}
	have := want.Templates
	want.Templates = slices.Clone(overlays)
	return f.edit(want, "write down where templates come from", func(d *document) error {
		if len(overlays) == 0 {
			return d.removeList("templates")
		}
		for i := len(have) - 1; i >= 0; i-- {
			if i >= len(overlays) {
				if err := d.removeItem("templates", i); err != nil {
					return err
				}
			} else if have[i] != overlays[i] {
				for key, value := range map[string]string{"name": overlays[i].Name, "from": string(overlays[i].From)} {
					if err := d.setKey(fmt.Sprintf("templates[%d]", i), key, text(value)); err != nil {
						return err
					}
				}
			}
		}
		for _, o := range overlays[min(len(have), len(overlays)):] {
			if err := d.appendItem("templates", overlayItem(o), false); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetOverlays is File.SetOverlays as an Edit.
func SetOverlays(overlays []Overlay) Edit {
	return func(f *File) error { return f.SetOverlays(overlays) }
}

// overlayItem gives an overlay as an item of a list that is not indented.
func overlayItem(o Overlay) string {
	return fmt.Sprintf("- {name: %s, from: %s}\n", flowText(o.Name), flowText(string(o.From)))
}
