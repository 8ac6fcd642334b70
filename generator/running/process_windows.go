package running

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// executable ends the names of programs.
const executable = ".exe"

func separate(*exec.Cmd) {}

// terminate ends a process: there is no asking.
func terminate(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// lock keeps a second process from doing the same.
func lock(path string) (unlock func() error, err error) {
	_ = os.Remove(path) // fails while another process has it open
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("run the platform: is it running already? %w", err)
	}
	return func() error { return errors.Join(file.Close(), os.Remove(path)) }, nil
}
