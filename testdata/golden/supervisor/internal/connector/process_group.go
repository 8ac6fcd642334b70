//go:build unix

package connector

import (
	"os"
	"syscall"
)

// terminate asks a process, and what it started, to stop.
func terminate(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGTERM) }

// kill makes a process, and what it started, stop.
func kill(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
