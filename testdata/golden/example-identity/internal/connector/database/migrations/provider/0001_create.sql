CREATE TABLE "provider" (
    "provider" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "alias" TEXT NOT NULL DEFAULT '',
    "plugin_info" JSONB,
    "color" TEXT NOT NULL DEFAULT '',
    "icon" TEXT NOT NULL DEFAULT '',
    "order" BIGINT NOT NULL DEFAULT 0,
    "options" JSONB,
    "tags" JSONB,
    "is_managed" BOOLEAN NOT NULL DEFAULT FALSE,
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("domain_id", "workspace_id", "provider")
);

CREATE INDEX "provider_scope" ON "provider" ("domain_id", "workspace_id");
