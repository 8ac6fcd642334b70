-- The API v2 has a domain of the platform's own, which bootstrap makes. Before, the
-- first domain was it, and is one like the others now.
ALTER TABLE "domain" ADD COLUMN "deleted_at" TEXT NOT NULL DEFAULT '';

UPDATE "domain" SET "is_root" = FALSE WHERE "domain_id" <> 'domain-root';
