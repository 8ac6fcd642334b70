package overlay

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/retry"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// unpacked is what oras writes at a layer that is a folder, as an archive.
const unpacked = "io.deis.oras.content.unpack"

// fetchOCI writes the files of an artifact, as `oras push` makes it of a folder, into dir,
// and gives the digest of its manifest. Credentials are those of docker login.
func fetchOCI(ctx context.Context, r spec.Reference, dir string) (string, error) {
	repository, err := remote.NewRepository(r.Location)
	if err != nil {
		return "", err
	}
	if store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{}); err == nil {
		repository.Client = &auth.Client{Client: retry.DefaultClient, Cache: auth.NewCache(), Credential: credentials.Credential(store)}
	}
	repository.PlainHTTP = local(repository.Reference.Registry)
	at, err := repository.Resolve(ctx, r.Version)
	if err != nil {
		return "", fmt.Errorf("ask %s for %s: %w", r.Location, r.Version, err)
	}
	text, err := fetchBlob(ctx, repository, at)
	if err != nil {
		return "", err
	}
	var manifest ocispec.Manifest
	if err := json.Unmarshal(text, &manifest); err != nil || len(manifest.Layers) == 0 {
		return "", fmt.Errorf("%s is no artifact with files; make one by 'oras push %s:TAG FOLDER'", r.Source(), r.Location)
	}
	for _, layer := range manifest.Layers {
		body, err := fetchBlob(ctx, repository, layer)
		if err != nil {
			return "", err
		}
		if err := unpack(layer, body, dir); err != nil {
			return "", err
		}
	}
	return at.Digest.String(), nil
}

// local reports whether a registry is on this machine, where nobody has certificates.
func local(registry string) bool {
	host, _, err := net.SplitHostPort(registry)
	if err != nil {
		host = registry
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// fetchBlob fetches something whose digest is known.
func fetchBlob(ctx context.Context, from content.Fetcher, blob ocispec.Descriptor) ([]byte, error) {
	if blob.Size > maxBytes {
		return nil, fmt.Errorf("the artifact holds more than %d bytes", maxBytes)
	}
	body, err := content.FetchAll(ctx, from, blob)
	if err != nil {
		return nil, fmt.Errorf("fetch the artifact: %w", err)
	}
	return body, nil
}

// unpack writes a layer: an archive, or a file of the name that it is given.
func unpack(layer ocispec.Descriptor, body []byte, dir string) error {
	title := layer.Annotations[ocispec.AnnotationTitle]
	if !strings.Contains(layer.MediaType, "tar") && layer.Annotations[unpacked] != "true" {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return err
		}
		defer root.Close() //nolint:errcheck // writeFile closes what it writes
		if title == "" {
			return fmt.Errorf("a layer of the artifact (%s) has no name", layer.MediaType)
		}
		return writeFile(root, path.Clean(title), bytes.NewReader(body))
	}
	var archive io.Reader = bytes.NewReader(body)
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(archive)
		if err != nil {
			return fmt.Errorf("read the archive of templates: %w", err)
		}
		archive = unzipped
	}
	return untar(archive, path.Clean(title), dir)
}
