//go:build unix && !linux

package running

import "syscall"

func dieWithParent(*syscall.SysProcAttr) {}
