// Package applied is none of app, whatever its first letters are.
package applied
