package grpc

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	corev1 "github.com/cloudforet-io/plugin/gen/go/spaceone/api/core/v1"
)

// serverInfo tells which version of the service answers. It stands outside the
// pipeline: monitors ask it without a token.
type serverInfo struct {
	corev1.UnimplementedServerInfoServer
	version string
}

func (s serverInfo) GetVersion(context.Context, *emptypb.Empty) (*corev1.VersionInfo, error) {
	return &corev1.VersionInfo{Version: s.version}, nil
}
