package plain

// X is used.
const X = 1
