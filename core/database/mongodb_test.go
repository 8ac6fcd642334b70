package database_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
)

// TestSettingsOfMongoDB are told from those of PostgreSQL before anything is called.
func TestSettingsOfMongoDB(t *testing.T) {
	for name, c := range map[string]struct {
		options database.Options
		want    string
	}{
		"umbrella":   {database.Options{Host: "mongodb", Port: 27017}, "host mongodb and port 27017 are settings of MongoDB, and this service needs PostgreSQL"},
		"other host": {database.Options{Engine: database.PostgreSQL, Host: "10.0.0.1", Port: 27017}, "host 10.0.0.1 and port 27017 are settings of MongoDB"},
		"no port":    {database.Options{Host: "mongodb.spaceone.svc"}, "host mongodb.spaceone.svc is a setting of MongoDB"},
		"Atlas":      {database.Options{Host: "mongodb+srv://cluster0.example.com", Port: 5432}, "host mongodb+srv://cluster0.example.com is a setting of MongoDB"},
		"in a URL":   {database.Options{Host: "mongodb://user:hidden@a.example.com/db?ssl=true"}, "host mongodb://a.example.com is a setting of MongoDB"},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.StatementTimeout = time.Second
			_, err := database.Open(t.Context(), c.options)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "--set postgresql.host=NAME")
			require.NotContains(t, err.Error(), "hidden")
		})
	}
	db, err := database.Open(t.Context(), database.Options{Engine: database.SQLite, Path: ":memory:", Host: "mongodb", Port: 27017})
	require.NoError(t, err, "SQLite has no host")
	require.NoError(t, db.Close())
}
