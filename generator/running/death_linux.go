package running

import "syscall"

// dieWithParent lets a process be told to stop when this one is killed.
func dieWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGTERM }
