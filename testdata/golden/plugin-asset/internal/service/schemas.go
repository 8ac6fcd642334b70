package service

import (
	"embed"

	"github.com/cloudforet-io/spacegen/core/schema"
)

// schemaFiles say what callers may tell the plugin: each is about the field of
// requests that it is named after.
//
//go:embed schemas/*.json
var schemaFiles embed.FS

func newSchemas() schema.Set { return schema.MustParseSet(schemaFiles, "schemas") }
