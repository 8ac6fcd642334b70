CREATE TABLE "collector" (
    "collector_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "provider" TEXT NOT NULL DEFAULT '',
    "plugin_info" JSONB,
    "schedule" JSONB,
    "tags" JSONB,
    "plugin_metadata" JSONB,
    "last_collected_at" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "collector_scope" ON "collector" ("domain_id", "workspace_id");
