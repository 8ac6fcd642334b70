CREATE TABLE "project" (
    "project_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "project_type" TEXT NOT NULL DEFAULT '',
    "tags" JSONB,
    "users" JSONB,
    "created_by" TEXT NOT NULL DEFAULT '',
    "reference_id" TEXT NOT NULL DEFAULT '',
    "is_managed" BOOLEAN NOT NULL DEFAULT FALSE,
    "project_group_id" TEXT NOT NULL DEFAULT '',
    "trusted_account_id" TEXT NOT NULL DEFAULT '',
    "last_synced_at" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "project_scope" ON "project" ("domain_id", "workspace_id");
