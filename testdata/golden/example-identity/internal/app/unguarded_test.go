package app_test

// unguarded lets everybody in: for tests of what lies behind the handlers.
const unguarded = "HANDLERS: {authentication: [], authorization: [], mutation: []}\n"
