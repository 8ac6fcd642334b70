-- Times are milliseconds since 1970 by the database's own clock.
CREATE TABLE "queue_outbox" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "message" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT NOT NULL DEFAULT '',
    "due_at" BIGINT NOT NULL,
    "created_at" BIGINT NOT NULL
);

CREATE INDEX "queue_outbox_due" ON "queue_outbox" ("due_at", "id");
