// Package core is the framework that services run on. A call arrives at a server and
// passes the pipeline, where handlers find out who calls, decide whether they may, change
// the request and tell others of it. It then reaches your code, which keeps resources in
// a database, with a cache in front of it, and hands work to queues.
//
// Each of its packages does one thing:
//
//   - server, cli, lifecycle: the process, its ports and its end
//   - preflight, reload, tasks: what its operators look at and change
//   - pipeline, handler: what happens around every call
//   - database, query, outbox: resources, the queries for them, tasks that wait for a commit
//   - cache: values that need not be read from the database each time
//   - queue, scheduler, worker: work that is done later, or at set times
//   - spaceconnector, plugin, schema: other services and plugins
//   - httpconnector: the HTTP APIs of others
//   - rule, state, reference, validation: what requests and resources are held to
//   - apierror, apivalue, apirecord, identifier: errors, values and identifiers of an API
//   - config, telemetry: settings, logs, metrics and traces
//   - resourcetest, projecttest: the contracts that each resource keeps, as tests
//   - databasetest, cachetest, redistest, plugintest, apirecordtest, resttest: for tests
//   - chaostest: a service whose database and queues are killed while it works
package core
