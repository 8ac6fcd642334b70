package protofile_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// TestLinkedFiles: what services link already is refused, by path, by name and by the
// number of an extension, with the place and what to do.
func TestLinkedFiles(t *testing.T) {
	const proto3 = "syntax = \"proto3\";\n"
	for name, c := range map[string]struct{ path, text, want string }{
		"the health service's path": {"grpc/health/v1/health.proto", proto3 + "package acme.health.v1;\nmessage A {}\n",
			"grpc/health/v1/health.proto:2:1: services link another file at the path grpc/health/v1/health.proto, of package grpc.health.v1, and no program can hold both; move this one to acme/health/v1/health.proto"},
		"reflection's path":  {"grpc/reflection/v1/reflection.proto", proto3 + "package acme.v1;\n", "of package grpc.reflection.v1"},
		"the queue's path":   {"asynq.proto", proto3 + "package acme.queue.v1;\nmessage A {}\n", "asynq.proto:2:1: services link another file at the path asynq.proto, of package asynq"},
		"ours":               {"spaceone/api/core/v1/server_info.proto", proto3 + "package acme.v1;\n", "of package spaceone.api.core.v1"},
		"the queue's names":  {"acme/tasks.proto", proto3 + "package asynq;\nmessage TaskMessage {}\n", "acme/tasks.proto:3:1: services link asynq.TaskMessage, of asynq.proto, and no program can hold the message TaskMessage beside it"},
		"a value of an enum": {"acme/code.proto", proto3 + "package google.rpc;\nenum State { OK = 0; }\n", "services link google.rpc.OK, of google/rpc/code.proto"},
		"an extension's number": {"acme/http.proto", proto3 + "package acme.v1;\nimport \"google/protobuf/descriptor.proto\";\nmessage A { extend google.protobuf.MethodOptions { string http = 72295728; } }\n",
			"acme/http.proto:4:52: services link google.protobuf.MethodOptions:72295728, of google/api/annotations.proto, and no program can hold the field http beside it; give it another number"},
		"an extension of one's own": {"acme/http.proto", proto3 + "package acme.v1;\nimport \"google/protobuf/descriptor.proto\";\nextend google.protobuf.MethodOptions { string http = 50001; }\n", ""},
		"a name like theirs":        {"acme/health.proto", proto3 + "package acme.v1;\nmessage TaskMessage {}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := protofile.Compile(t.Context(), protofile.Sources{c.path: []byte(c.text)})
			require.NoError(t, err)
			err = protofile.CheckNames(files)
			if c.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// TestBuiltinPaths: a file of another package at the path of a built-in one is not passed
// over.
func TestBuiltinPaths(t *testing.T) {
	for name, c := range map[string]struct{ path, pkg, want string }{
		"another":        {"google/protobuf/any.proto", "acme.v1", "google/protobuf/any.proto:3: the file is of package acme.v1, and services link another at this path, of package google.protobuf"},
		"another's api":  {"google/type/money.proto", "acme.v1", "google/type/money.proto:3: the file is of package acme.v1"},
		"none of theirs": {"google/protobuf/own.proto", "acme.v1", "of package google.protobuf"},
		"the same":       {"google/type/money.proto", "google.type", ""},
		"features":       {"google/protobuf/java_features.proto", "pb", ""},
		"the compiler's": {"google/protobuf/compiler/plugin.proto", "google.protobuf.compiler", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := protofile.ReadSources(fstest.MapFS{c.path: &fstest.MapFile{Data: []byte("syntax = \"proto3\";\n\npackage " + c.pkg + ";\n")}})
			if c.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}
