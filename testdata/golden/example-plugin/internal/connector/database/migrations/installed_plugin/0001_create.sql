CREATE TABLE "installed_plugin" (
    "installed_plugin_id" TEXT NOT NULL PRIMARY KEY,
    "plugin_id" TEXT NOT NULL DEFAULT '',
    "version" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "endpoint" TEXT NOT NULL DEFAULT '',
    "endpoints" JSONB,
    "supervisor_id" TEXT NOT NULL DEFAULT '',
    "supervisor_name" TEXT NOT NULL DEFAULT '',
    "hostname" TEXT NOT NULL DEFAULT '',
    "asked_at" TIMESTAMPTZ,
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "installed_plugin_scope" ON "installed_plugin" ("domain_id", "workspace_id");
