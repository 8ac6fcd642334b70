//go:build unix

package running

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// executable ends the names of programs.
const executable = ""

// separate makes a process the first of a group of its own: a terminal's Ctrl-C
// then does not reach it, and all that it starts can be ended with it.
func separate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
}

// terminate asks a process to stop.
func terminate(cmd *exec.Cmd) { _ = cmd.Process.Signal(syscall.SIGTERM) }

// killGroup ends a process and all that it started, at once.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// lock keeps a second process from doing the same.
func lock(path string) (unlock func() error, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // below the platform's root
	if err != nil {
		return nil, fmt.Errorf("run the platform: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		err = fmt.Errorf("run the platform: it is running already, since %s is locked", path)
		return nil, errors.Join(err, file.Close())
	}
	return file.Close, nil
}
