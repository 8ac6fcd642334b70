package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// The forms that OCI's distribution specification gives images. A registry is a host,
// perhaps with a port, and where images lie there.
const (
	hostForm     = `[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?`
	pathForm     = `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`
	imageForm    = `^(` + hostForm + `/)?` + pathForm + `$`
	registryForm = `^` + hostForm + `(/` + pathForm + `)?$`
	tagForm      = `^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$`
	maxImage     = 255 // characters, its registry included
)

// checkImage refuses what no image could have for its registry, name or versions.
func checkImage(registry, image string, versions []string) error {
	if strings.ContainsAny(image[strings.LastIndex(image, "/")+1:], ":@") {
		return apierror.Invalid("image", "its version is no part of it: name it in versions")
	}
	if registry != "" {
		if !regexp.MustCompile(registryForm).MatchString(registry) {
			return apierror.Invalid("registry_url", fmt.Sprintf("%q is no registry, such as registry.example:5000", registry))
		}
		image = registry + "/" + image
	}
	if !regexp.MustCompile(imageForm).MatchString(image) || len(image) > maxImage {
		return apierror.Invalid("image", fmt.Sprintf("%q is no name of an image, such as acme/plugin-aws: "+
			"lower-case letters, digits and single separators, %d characters at the most", image, maxImage))
	}
	return checkVersions(versions)
}

// checkVersions refuses versions that can't be tags of images.
func checkVersions(versions []string) error {
	tag := regexp.MustCompile(tagForm)
	for i, version := range versions {
		if version == "" {
			return apierror.Invalid("versions", "one is empty")
		}
		if !tag.MatchString(version) {
			return apierror.Invalid("versions", fmt.Sprintf("%q is no tag of an image: "+
				"letters, digits, _, . and -, the first of them neither . nor -, 128 at the most", version))
		}
		if slices.Contains(versions[:i], version) {
			return apierror.Invalid("versions", version+" is there twice")
		}
	}
	return nil
}
