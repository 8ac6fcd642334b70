CREATE TABLE "registered_plugin" (
    "plugin_id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "resource_type" TEXT NOT NULL DEFAULT '',
    "image" TEXT NOT NULL DEFAULT '',
    "provider" TEXT NOT NULL DEFAULT '',
    "registry_url" TEXT NOT NULL DEFAULT '',
    "registry_config" JSONB,
    "tags" JSONB,
    "versions" JSONB,
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("domain_id", "workspace_id", "plugin_id")
);

CREATE INDEX "registered_plugin_scope" ON "registered_plugin" ("domain_id", "workspace_id");
