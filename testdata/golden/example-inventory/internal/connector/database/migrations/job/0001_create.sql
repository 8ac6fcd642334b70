CREATE TABLE "job" (
    "job_id" TEXT NOT NULL PRIMARY KEY,
    "collector_id" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL DEFAULT '',
    "error" TEXT NOT NULL DEFAULT '',
    "created_count" BIGINT NOT NULL DEFAULT 0,
    "updated_count" BIGINT NOT NULL DEFAULT 0,
    "failure_count" BIGINT NOT NULL DEFAULT 0,
    "failures" JSONB,
    "disconnected_count" BIGINT NOT NULL DEFAULT 0,
    "deleted_count" BIGINT NOT NULL DEFAULT 0,
    "finished_at" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "job_scope" ON "job" ("domain_id", "workspace_id");
