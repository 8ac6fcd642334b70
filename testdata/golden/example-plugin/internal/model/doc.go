// Package model holds what the service stores: one type a table, and what
// queries may ask of it.
package model
