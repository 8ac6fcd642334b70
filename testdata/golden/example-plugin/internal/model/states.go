package model

// The states of a supervisor.
const (
	SupervisorEnabled      = "ENABLED"
	SupervisorDisabled     = "DISABLED"
	SupervisorPending      = "PENDING"
	SupervisorDisconnected = "DISCONNECTED"
)

// The states of an installed plugin.
const (
	PluginProvisioning   = "PROVISIONING"
	PluginActive         = "ACTIVE"
	PluginReProvisioning = "RE_PROVISIONING"
	PluginError          = "ERROR"
)
