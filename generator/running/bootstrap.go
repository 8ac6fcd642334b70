package running

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// PasswordVariable names the environment variable with the first user's
// password.
const PasswordVariable = "SPACEGEN_ADMIN_PASSWORD"

// adminUser is the first user of the first domain.
const adminUser = "admin"

// access is how people and services get in.
type access struct {
	Domain      string `json:"domain"`
	DomainID    string `json:"domain_id"`
	UserID      string `json:"user_id"`
	Password    string `json:"password"`
	SystemToken string `json:"system_token"`

	fresh bool // the password was made up just now
}

// accessFile is where it is kept, in the platform's Folder.
const accessFile = "admin.json"

// bootstrap has identity make the first domain and user, unless they are there.
func (r *runner) bootstrap(ctx context.Context, m *member) (*access, error) {
	run := func(env []string, args ...string) ([]byte, error) {
		cmd := exec.CommandContext(ctx, r.binary(m), args...) //nolint:gosec // what was built of the member
		cmd.Dir = r.home(m)
		cmd.Env = append(append(os.Environ(), configVariable+"="+r.configFile(m)), env...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, r.log.of(m.name)
		err := cmd.Run()
		return out.Bytes(), err
	}
	help, err := run(nil, "--help")
	if err != nil {
		return nil, fmt.Errorf("ask %s for its commands by --help: %w", m.name, err)
	}
	if !strings.Contains(string(help), "\n  bootstrap ") {
		r.say("%s has no command bootstrap, so there is no domain and no user, and nobody is asked who he is", m.name)
		return new(access), nil
	}
	a, err := r.readAccess()
	if err != nil {
		return nil, err
	}
	if a.fresh { // kept before it is the user's, so that no crash can lose it
		if err := r.keepAccess(a); err != nil {
			return nil, err
		}
	}
	out, err := run([]string{PasswordVariable + "=" + a.Password},
		"bootstrap", "--domain", a.Domain, "--user", adminUser, "--password-env", PasswordVariable, "--json")
	if err != nil {
		return nil, fmt.Errorf("make the first domain and user with '%s bootstrap': %w", m.name, err)
	}
	if err := json.Unmarshal(out, a); err != nil {
		return nil, fmt.Errorf("read what '%s bootstrap' answers: %w", m.name, err)
	}
	if err := r.keepAccess(a); err != nil {
		return nil, err
	}
	return a, nil
}

// keepAccess writes down what the next run begins with.
func (r *runner) keepAccess(a *access) error {
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	if err := r.root.WriteFile(accessFile, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("keep the first user's password: %w", err)
	}
	return nil
}

// readAccess gives what was kept of the last run; the password is the one that
// was kept, or is given, or else made up.
func (r *runner) readAccess() (*access, error) {
	a := new(access)
	text, err := r.root.ReadFile(accessFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the first user's password: %w", err)
	}
	if err == nil {
		if err := json.Unmarshal(text, a); err != nil {
			return nil, fmt.Errorf("read %s: %w", filepath.Join(r.folder, accessFile), err)
		}
	}
	a.Domain = r.plan.name
	switch {
	case a.Password != "" && r.Password != "" && a.Password != r.Password:
		r.say("%s is not that of the first user, who is there already and keeps the one that he has", PasswordVariable)
	case a.Password == "" && r.Password != "":
		a.Password = r.Password
	case a.Password == "":
		a.Password, a.fresh = "Aa1"+rand.Text(), true // a letter of each case and a digit, as identity asks for
	}
	return a, nil
}

// report says where everything is, how it does, and how people get in.
func (r *runner) report() {
	var table bytes.Buffer
	_ = r.summary().Print(&table) // a buffer takes everything
	_, _ = r.log.of(self).Write(table.Bytes())
	a := r.access.Load()
	if a.UserID != "" {
		password := "as in " + filepath.Join(Folder, accessFile)
		if a.fresh {
			password = a.Password + " (kept in " + filepath.Join(Folder, accessFile) + ")"
		}
		_, _ = fmt.Fprintf(r.log.private(), "domain %s (%s), user %s, password %s\n", a.Domain, a.DomainID, a.UserID, password)
	} else if a.DomainID != "" {
		r.say("domain %s (%s); %s is no administrator of it any more and is not made again; 'identity admin reset' makes one", a.Domain, a.DomainID, adminUser)
	}
	if r.Again != nil {
		r.say("Enter shows this again, Ctrl-C ends all")
	} else {
		r.say("Ctrl-C ends all; 'spacegen run --status' shows this again")
	}
}
