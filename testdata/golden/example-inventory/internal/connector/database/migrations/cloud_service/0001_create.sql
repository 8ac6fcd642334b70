CREATE TABLE "cloud_service" (
    "cloud_service_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "resource_id" TEXT NOT NULL DEFAULT '',
    "provider" TEXT NOT NULL DEFAULT '',
    "cloud_service_group" TEXT NOT NULL DEFAULT '',
    "cloud_service_type" TEXT NOT NULL DEFAULT '',
    "region_code" TEXT NOT NULL DEFAULT '',
    "account" TEXT NOT NULL DEFAULT '',
    "instance_type" TEXT NOT NULL DEFAULT '',
    "instance_size" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "ip_addresses" JSONB,
    "external_link" TEXT NOT NULL DEFAULT '',
    "data" JSONB,
    "tags" JSONB,
    "collector_id" TEXT NOT NULL DEFAULT '',
    "collected_at" TIMESTAMPTZ,
    "state" TEXT NOT NULL DEFAULT 'ACTIVE',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "cloud_service_scope" ON "cloud_service" ("domain_id", "workspace_id");

CREATE UNIQUE INDEX "cloud_service_resource_id_unique" ON "cloud_service" ("domain_id", "workspace_id", "resource_id") WHERE "resource_id" <> '';
