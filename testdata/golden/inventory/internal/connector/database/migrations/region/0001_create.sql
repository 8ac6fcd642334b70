CREATE TABLE "region" (
    "region_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "region_code" TEXT NOT NULL DEFAULT '',
    "provider" TEXT NOT NULL DEFAULT '',
    "tags" JSONB,
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "region_scope" ON "region" ("domain_id", "workspace_id");

CREATE UNIQUE INDEX "region_region_code_unique" ON "region" ("domain_id", "workspace_id", "region_code") WHERE "region_code" <> '';
