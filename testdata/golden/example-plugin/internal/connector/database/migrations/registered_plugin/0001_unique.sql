-- Supervisors ask for a plugin by its identifier alone.
CREATE UNIQUE INDEX "registered_plugin_unique" ON "registered_plugin" ("plugin_id");
