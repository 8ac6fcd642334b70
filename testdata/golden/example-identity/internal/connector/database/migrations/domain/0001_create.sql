CREATE TABLE "domain" (
    "domain_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "tags" JSONB,
    "private_key" TEXT NOT NULL DEFAULT '',
    "is_root" BOOLEAN NOT NULL DEFAULT FALSE,
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "domain_scope" ON "domain" ("domain_id", "workspace_id");

CREATE UNIQUE INDEX "domain_name_unique" ON "domain" ("name");

-- A platform has one first domain.
CREATE UNIQUE INDEX "domain_root_unique" ON "domain" ("is_root") WHERE "is_root";
