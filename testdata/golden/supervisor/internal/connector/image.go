package connector

import (
	"fmt"
	"regexp"
)

// The forms that OCI's distribution specification gives images and their tags.
const (
	hostForm  = `[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?`
	pathForm  = `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`
	imageForm = `^(` + hostForm + `/)?` + pathForm + `$`
	tagForm   = `^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`
	maxImage  = 255 // characters
)

// checkImage refuses what no image is called, or no version of one. Without a
// version it is the newest.
func checkImage(image, version string) error {
	if !regexp.MustCompile(imageForm).MatchString(image) || len(image) > maxImage {
		return fmt.Errorf("image: %q is no name of an image, such as registry.example:5000/acme/plugin-aws: "+
			"lower-case letters, digits and single separators, %d characters at the most, without a version", image, maxImage)
	}
	if version != "" && !regexp.MustCompile(tagForm).MatchString(version) {
		return fmt.Errorf("version: %q is no tag of an image: "+
			"letters, digits, _, . and -, the first of them neither . nor -, 128 at the most", version)
	}
	return nil
}
