CREATE TABLE "workspace" (
    "workspace_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "tags" JSONB,
    "created_by" TEXT NOT NULL DEFAULT '',
    "references" JSONB,
    "is_managed" BOOLEAN NOT NULL DEFAULT FALSE,
    "packages" JSONB,
    "is_dormant" BOOLEAN NOT NULL DEFAULT FALSE,
    "dormant_ttl" BIGINT NOT NULL DEFAULT 0,
    "service_account_count" BIGINT NOT NULL DEFAULT 0,
    "user_count" BIGINT NOT NULL DEFAULT 0,
    "cost_info" JSONB,
    "workspace_group_id" TEXT NOT NULL DEFAULT '',
    "trusted_account_id" TEXT NOT NULL DEFAULT '',
    "last_synced_at" TEXT NOT NULL DEFAULT '',
    "dormant_updated_at" TEXT NOT NULL DEFAULT '',
    "changed_at" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "workspace_scope" ON "workspace" ("domain_id", "workspace_id");

CREATE UNIQUE INDEX "workspace_name_unique" ON "workspace" ("domain_id", "name");
