-- What the API v2 knows of apps. permissions and projects, of v1, are not read any
-- more: an app has a role. Apps of v1 are disabled, since one that was confined to
-- some permissions would have all of its role.
ALTER TABLE "app" ADD COLUMN "is_managed" BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE "app" ADD COLUMN "resource_group" TEXT NOT NULL DEFAULT '';

ALTER TABLE "app" ADD COLUMN "role_id" TEXT NOT NULL DEFAULT '';

ALTER TABLE "app" ADD COLUMN "project_group_id" TEXT NOT NULL DEFAULT '';

ALTER TABLE "app" ADD COLUMN "project_id" TEXT NOT NULL DEFAULT '';

ALTER TABLE "app" ADD COLUMN "last_accessed_at" TEXT NOT NULL DEFAULT '';

UPDATE "app" SET "state" = 'DISABLED';

UPDATE "app" SET "role_id" = 'managed-domain-admin', "resource_group" = 'DOMAIN', "workspace_id" = '*' WHERE "role_type" = 'DOMAIN_ADMIN';

UPDATE "app" SET "role_id" = 'managed-workspace-owner', "resource_group" = 'WORKSPACE' WHERE "role_type" = 'WORKSPACE_OWNER';

UPDATE "app" SET "role_id" = 'managed-workspace-member', "resource_group" = 'PROJECT' WHERE "role_type" = 'WORKSPACE_MEMBER';
