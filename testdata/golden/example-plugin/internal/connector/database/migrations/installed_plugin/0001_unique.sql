-- However many ask for a plugin at once, one of its kind is installed.
CREATE UNIQUE INDEX "installed_plugin_unique" ON "installed_plugin" ("domain_id", "plugin_id", "version");
CREATE INDEX "installed_plugin_supervisor" ON "installed_plugin" ("supervisor_id");
