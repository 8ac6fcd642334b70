CREATE TABLE "sign_in" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "failures" BIGINT NOT NULL DEFAULT 0,
    "tried_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "sign_in_expires_at" ON "sign_in" ("expires_at");
