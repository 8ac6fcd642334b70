CREATE TABLE "role" (
    "role_id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "role_type" TEXT NOT NULL DEFAULT '',
    "permissions" JSONB,
    "page_access" JSONB,
    "tags" JSONB,
    "is_managed" BOOLEAN NOT NULL DEFAULT FALSE,
    "state" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("domain_id", "workspace_id", "role_id")
);

CREATE INDEX "role_scope" ON "role" ("domain_id", "workspace_id");

CREATE UNIQUE INDEX "role_name_unique" ON "role" ("domain_id", "name");
