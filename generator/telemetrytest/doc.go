// Package telemetrytest judges what a whole service tells of itself: its traces, from REST
// to the statement of a worker's task, and that no secret is in them, in its log or in its
// metrics. It holds nothing but tests. They stand outside of the framework because they
// take nearly all of it: go.sum of a service has what the tests of its packages need.
package telemetrytest
