// Package core is the framework that services run on. A call arrives at a server,
// passes the pipeline (who calls, may he, what is changed of the request, who is told)
// and reaches the service's own code, which keeps things in a database, before a cache,
// and hands work to a queue.
//
// Each of its packages does one thing:
//
//   - server, cli, lifecycle: the process, its ports and its end
//   - pipeline, handler: what happens around every call
//   - database, query, outbox: what is kept, how it is asked for, what leaves after a commit
//   - cache: what is read before the database
//   - queue, scheduler, worker: work that is done later
//   - spaceconnector, plugin, schema: other services and plugins
//   - apierror, apivalue, apirecord, identifier: what an API says
//   - config, telemetry: settings, logs, metrics and traces
//   - resourcetest: the contract that each resource keeps, as tests
//   - databasetest, cachetest, plugintest, apirecordtest, resttest: for tests
package core
