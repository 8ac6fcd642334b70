CREATE TABLE "cloud_service" (
    "cloud_service_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT 'ACTIVE',
    "size" BIGINT NOT NULL DEFAULT 0,
    "cost" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "monitored" BOOLEAN NOT NULL DEFAULT FALSE,
    "ip_addresses" JSONB,
    "launched_at" TIMESTAMPTZ,
    "data" JSONB,
    "project_id" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "cloud_service_scope" ON "cloud_service" ("domain_id", "workspace_id");
