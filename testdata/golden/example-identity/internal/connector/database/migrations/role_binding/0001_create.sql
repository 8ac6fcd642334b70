CREATE TABLE "role_binding" (
    "role_binding_id" TEXT NOT NULL PRIMARY KEY,
    "role_type" TEXT NOT NULL DEFAULT '',
    "resource_group" TEXT NOT NULL DEFAULT '',
    "workspace_group_id" TEXT NOT NULL DEFAULT '',
    "role_id" TEXT NOT NULL DEFAULT '',
    "user_id" TEXT NOT NULL DEFAULT '',
    "domain_id" TEXT NOT NULL DEFAULT '',
    "workspace_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL,
    "_version" BIGINT NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "role_binding_scope" ON "role_binding" ("domain_id", "workspace_id");

-- A user has one role in his domain, and one in each workspace.
CREATE UNIQUE INDEX "role_binding_user_unique" ON "role_binding" ("domain_id", "user_id", "workspace_id");
