-- A supervisor is known by its hostname.
CREATE UNIQUE INDEX "supervisor_unique" ON "supervisor" ("domain_id", "hostname");
