package tools

// X is used.
const X = 1
