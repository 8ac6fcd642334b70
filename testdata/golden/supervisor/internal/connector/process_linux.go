package connector

import "syscall"

// ofItsOwn puts a process and what it starts into a group of their own, which
// ends with this process even if that is killed.
func ofItsOwn() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
