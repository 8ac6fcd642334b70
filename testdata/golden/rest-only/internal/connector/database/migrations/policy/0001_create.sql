CREATE TABLE "policy" (
    "policy_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "limits" JSONB,
    "rules" JSONB,
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "policy_scope" ON "policy" ("domain_id", "workspace_id");

CREATE UNIQUE INDEX "policy_name_unique" ON "policy" ("domain_id", "workspace_id", "name") WHERE "name" <> '';
