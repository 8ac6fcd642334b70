CREATE TABLE "project_group" (
    "project_group_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "tags" JSONB,
    "users" JSONB,
    "reference_id" TEXT NOT NULL DEFAULT '',
    "is_managed" BOOLEAN NOT NULL DEFAULT FALSE,
    "parent_group_id" TEXT NOT NULL DEFAULT '',
    "trusted_account_id" TEXT NOT NULL DEFAULT '',
    "last_synced_at" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "project_group_scope" ON "project_group" ("domain_id", "workspace_id");
