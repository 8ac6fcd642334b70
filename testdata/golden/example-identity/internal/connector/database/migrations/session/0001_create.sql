CREATE TABLE "session" (
    "session_id" TEXT NOT NULL PRIMARY KEY,
    "token_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "domain_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);

CREATE INDEX "session_user" ON "session" ("domain_id", "user_id");
