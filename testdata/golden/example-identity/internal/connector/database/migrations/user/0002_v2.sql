-- What the API v2 knows of users. role_bindings, of v1, is not read any more: role
-- bindings have a table of their own.
ALTER TABLE "user" ADD COLUMN "email_verified" BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE "user" ADD COLUMN "auth_type" TEXT NOT NULL DEFAULT '';

ALTER TABLE "user" ADD COLUMN "role_id" TEXT NOT NULL DEFAULT '';

ALTER TABLE "user" ADD COLUMN "mfa" JSONB;

ALTER TABLE "user" ADD COLUMN "required_actions" JSONB;

ALTER TABLE "user" ADD COLUMN "refresh_timeout" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE "user" ADD COLUMN "last_accessed_at" TEXT NOT NULL DEFAULT '';

UPDATE "user" SET "auth_type" = 'LOCAL';

UPDATE "user" SET "role_id" = 'managed-domain-admin' WHERE "role_type" = 'DOMAIN_ADMIN';

UPDATE "user" SET "role_type" = 'USER' WHERE "role_type" <> 'DOMAIN_ADMIN';
