CREATE TABLE "app" (
    "app_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "tags" JSONB,
    "role_type" TEXT NOT NULL DEFAULT '',
    "permissions" JSONB,
    "projects" JSONB,
    "client_id" TEXT NOT NULL DEFAULT '',
    "expired_at" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX "app_client_id_unique" ON "app" ("client_id") WHERE "client_id" <> '';

CREATE INDEX "app_scope" ON "app" ("domain_id", "workspace_id");
