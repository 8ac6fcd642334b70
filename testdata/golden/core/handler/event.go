package handler

import (
	"context"
	"log/slog"

	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// logEvent writes a line for every event, for whoever collects an audit trail
// from the logs.
type logEvent struct{ log *slog.Logger }

// NewLogEvent makes the event handler that writes events to the log. It has no
// options.
func NewLogEvent(options map[string]any, deps Deps) (pipeline.EventHandler, error) {
	log := deps.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &logEvent{log: log}, Read(options, &struct{}{})
}

// Notify writes who did what, and how far it has come.
func (h *logEvent) Notify(ctx context.Context, t *pipeline.Transaction, status pipeline.Status, _ proto.Message, err error) {
	attrs := []slog.Attr{
		slog.String("status", string(status)),
		slog.String("service", t.Service),
		slog.String("resource", t.Method.Resource),
		slog.String("verb", t.Method.Verb),
		slog.String("transaction_id", t.ID),
		slog.String("domain_id", t.Scope.DomainID),
		slog.String("workspace_id", t.Scope.WorkspaceID),
	}
	if t.Identity != nil {
		attrs = append(attrs, slog.String("caller", t.Identity.Audience), slog.String("role", t.Identity.RoleType))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	h.log.LogAttrs(ctx, slog.LevelInfo, "event", attrs...)
}
