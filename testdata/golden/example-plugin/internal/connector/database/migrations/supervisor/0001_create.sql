CREATE TABLE "supervisor" (
    "supervisor_id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "hostname" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "is_public" BOOLEAN NOT NULL DEFAULT FALSE,
    "labels" JSONB,
    "tags" JSONB,
    "priority" BIGINT NOT NULL DEFAULT 0,
    "published_at" TIMESTAMPTZ,
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL,
    PRIMARY KEY ("domain_id", "workspace_id", "supervisor_id")
);

CREATE INDEX "supervisor_scope" ON "supervisor" ("domain_id", "workspace_id");
