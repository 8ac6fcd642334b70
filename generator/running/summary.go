package running

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// summaryFile is where a run keeps its Summary, in the platform's Folder.
const summaryFile = "summary.json"

// A Summary is how a platform that runs does.
type Summary struct {
	Platform string        `json:"platform"`
	Page     string        `json:"page,omitempty"` // its address; empty: there is none
	Members  []boardMember `json:"members"`
	Away     []string      `json:"away,omitempty"` // members that are not on this machine
	Domain   string        `json:"domain,omitempty"`
	DomainID string        `json:"domain_id,omitempty"`
	User     string        `json:"user,omitempty"` // its administrator
	Started  bool          `json:"started"`        // every member was ready once
}

// summary is how the platform does now.
func (r *runner) summary() Summary {
	s := Summary{Platform: r.plan.name, Members: r.board.members(), Started: r.up.Load()}
	if a := r.access.Load(); a.DomainID != "" {
		s.Domain, s.DomainID, s.User = a.Domain, a.DomainID, a.UserID
	}
	if r.page != nil {
		s.Page = r.page.url
	}
	for _, m := range r.plan.away {
		s.Away = append(s.Away, m.Name)
	}
	return s
}

// Down are the members that do not work, each with why.
func (s Summary) Down() []string {
	var all []string
	for _, m := range s.Members {
		if m.State == "ready" || m.State == "plugin" {
			continue
		}
		why := m.State
		if m.Reason != "" {
			why += ": " + m.Reason
		}
		all = append(all, fmt.Sprintf("%s is %s", m.Name, why))
	}
	return all
}

// Verdict says in a line how the platform does.
func (s Summary) Verdict() string {
	down := s.Down()
	switch {
	case !s.Started && len(down) > 0:
		return fmt.Sprintf("%s is starting; %s", s.Platform, strings.Join(down, "; "))
	case len(down) > 0:
		return fmt.Sprintf("%d of %d members are up; %s", len(s.Members)-len(down), len(s.Members), strings.Join(down, "; "))
	case len(s.Away) > 0:
		return fmt.Sprintf("all members on this machine are up; not on it: %s", strings.Join(s.Away, ", "))
	default:
		return "all members are up"
	}
}

// Print writes the summary for people.
func (s Summary) Print(to io.Writer) error {
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "member\tkind\tstate\tgRPC\tREST, pages\thealth")
	known := func(text string) string {
		if text == "" {
			return "-"
		}
		return text
	}
	for _, m := range s.Members {
		state, grpc := m.State, m.GRPC
		if m.Kind == string(spec.KindPlugin) {
			state, grpc = "-", m.Reason
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", m.Name, m.Kind, state, known(grpc), known(m.Page), known(m.Health))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&table, "%s\n", s.Verdict())
	if s.Page != "" {
		fmt.Fprintf(&table, "page with logs and traces: %s\n", s.Page)
	}
	_, err := to.Write(table.Bytes())
	return err
}

// interval is how often a run looks whether its summary has changed.
const interval = time.Second

// keepSummary keeps the summary in its file, as of now and whenever it changes, until ctx
// ends.
func (r *runner) keepSummary(ctx context.Context) {
	var kept []byte
	defer func() { _ = r.root.Remove(summaryFile) }()
	for {
		if text, err := json.MarshalIndent(r.summary(), "", "  "); err == nil && !bytes.Equal(text, kept) {
			if err := r.replace(summaryFile, text); err != nil {
				r.say("the summary for 'spacegen run --status' cannot be kept: %v", err)
				return
			}
			kept = text
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(interval):
		}
	}
}

// replace writes a file so that whoever reads it has the old text or the new one.
func (r *runner) replace(name string, text []byte) error {
	if err := r.root.WriteFile(name+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return r.root.Rename(name+".new", name)
}

// ErrNotRunning means that nobody runs the platform on this machine.
var ErrNotRunning = errors.New("the platform does not run on this machine; 'spacegen run' starts it")

// Status gives the summary of the platform at dir, which somebody else runs. The error is
// ErrNotRunning if nobody does.
func Status(dir string) (s Summary, err error) {
	root, of, err := repository.ReadSpec(dir)
	if err != nil {
		return s, err
	}
	if of.Kind != spec.KindPlatform {
		return s, fmt.Errorf("%s is a %s, not a platform: it is run by 'make run'", of.Name, of.Kind)
	}
	folder := filepath.Join(root, filepath.FromSlash(Folder))
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return s, ErrNotRunning
	}
	unlock, err := lock(filepath.Join(folder, "lock"))
	if err == nil {
		return s, errors.Join(ErrNotRunning, unlock())
	}
	text, err := os.ReadFile(filepath.Join(folder, summaryFile)) //nolint:gosec // of the platform that the caller names
	if errors.Is(err, fs.ErrNotExist) {
		return s, errors.New("the platform is being built; ask again in a moment")
	}
	if err != nil {
		return s, fmt.Errorf("read the state of the platform: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("read the state of the platform: %w", err)
	}
	return s, nil
}
