//go:build unix && !linux

package connector

import "syscall"

// ofItsOwn puts a process and what it starts into a group of their own.
func ofItsOwn() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
