package main

import (
	"encoding/json"
	"io"
)

// printJSON writes a report in JSON.
func printJSON(w io.Writer, report any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(report)
}
