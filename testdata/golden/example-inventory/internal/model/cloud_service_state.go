package model

import "slices"

// The states of a cloud service.
const (
	CloudServiceActive       = "ACTIVE"
	CloudServiceDisconnected = "DISCONNECTED" // its collector does not find it any more
)

// TellsWhatIsGone reports whether a plugin that says this of itself finds all that there
// is each time, so that what it does not find is gone.
func TellsWhatIsGone(metadata map[string]any) bool {
	features, _ := metadata["supported_features"].([]any)
	return slices.Contains(features, any("garbage_collection"))
}
