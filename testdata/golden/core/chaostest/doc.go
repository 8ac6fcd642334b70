// Package chaostest damages a service while it works. It starts a PostgreSQL and a Redis
// of its own from the programs on the machine, runs the service's command as processes,
// puts load on them and kills what they depend on. It then counts what was lost, what was
// done twice and what was refused.
//
// It runs where processes can be killed: on Unix.
package chaostest
