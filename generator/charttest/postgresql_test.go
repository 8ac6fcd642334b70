package charttest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// mongoDB is what an original umbrella chart writes for all services.
const mongoDB = "{global: {shared_conf: {DATABASES: {default: {host: mongodb, port: 27017, username: admin, password: of-mongodb, ssl: true}}}}}"

// The value postgresql leaves nothing of what others say of the connection.
func TestPostgreSQLValues(t *testing.T) {
	t.Parallel()
	dir := chart(t, everything("inventory"))
	for name, c := range map[string]struct {
		values   string
		conf     map[string]any
		password any
		keys     []string // of existing Secrets, as files
	}{
		"host": {
			"{postgresql: {host: pg}}",
			map[string]any{"host": "pg", "port": 5432, "db": "inventory", "username": "inventory", "sslmode": ""}, nil, nil,
		},
		"all": {
			"{postgresql: {host: pg, port: 6432, database: d, username: u, password: hidden, sslmode: require}}",
			map[string]any{"host": "pg", "port": 6432, "db": "d", "username": "u", "sslmode": "require"}, "hidden", nil,
		},
		"of all services": {
			"{global: {postgresql: {host: pg, port: 6432, sslmode: require}}, postgresql: {host: mine}}",
			map[string]any{"host": "mine", "port": 6432, "db": "inventory", "username": "inventory", "sslmode": "require"}, nil, nil,
		},
		"secret": {
			"{postgresql: {host: pg}, secret: {DATABASES: {default: {password: hidden}}}}",
			map[string]any{"host": "pg", "port": 5432, "db": "inventory", "username": "inventory", "sslmode": ""}, "hidden", nil,
		},
		"existing Secret": {
			"{postgresql: {existingSecret: made}}",
			map[string]any{"host": "postgresql", "port": 5432, "db": "inventory", "username": "inventory", "sslmode": ""}, nil, []string{"password=password"},
		},
		"its keys": {
			"{postgresql: {existingSecret: made, existingSecretKeys: {host: h, database: dbname, password: pw, port: ''}}}",
			map[string]any{"host": "postgresql", "port": 5432, "db": "inventory", "username": "inventory", "sslmode": ""}, nil, []string{"db=dbname", "host=h", "password=pw"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := judge(t, dir, "--values", given(t, mongoDB), "--values", given(t, c.values))
			c.conf["engine"], c.conf["password"] = "postgresql", ""
			assert.Equal(t, c.conf, got["ConfigMap/inventory-database-conf"].document(t, "postgresql.yaml").get("DATABASES", "default"))
			if c.password == nil {
				assert.NotContains(t, got, "Secret/inventory-secret", "MongoDB's password is nobody's")
			} else {
				assert.Equal(t, map[string]any{"password": c.password}, got["Secret/inventory-secret"].document(t, "grpc.yaml").get("DATABASES", "default"))
			}
			pod := got["Deployment/inventory"].pod()
			mountsExist(t, pod)
			imports := fmt.Sprint(got["ConfigMap/inventory-conf"].document(t, "config.yaml").get("IMPORT"))
			mounts := fmt.Sprint(pod.get("containers", 0, "volumeMounts"))
			for _, each := range c.keys {
				setting, key, _ := strings.Cut(each, "=")
				assert.Contains(t, imports, "/config/postgresql-"+setting+"?optional=true&key=DATABASES.default."+setting)
				assert.Contains(t, mounts, "mountPath:/opt/spaceone/inventory/config/postgresql-"+setting+" name:postgresql readOnly:true subPath:"+key)
			}
			if c.keys == nil {
				assert.NotContains(t, mounts, "name:postgresql ")
			}
		})
	}

	// Without it, who installs the chart is told at once.
	for version, told := range notes(t, dir, "--values", given(t, mongoDB)) {
		assert.Contains(t, told, "inventory needs PostgreSQL, and DATABASES.default names a MongoDB", version)
	}
	for version, told := range notes(t, dir, "--values", given(t, mongoDB), "--set", "postgresql.host=pg") {
		assert.NotContains(t, told, "MongoDB", version)
	}
	plain := chart(t, specs(t)["grpc-only"])
	for version, told := range notes(t, plain, "--set", "postgresql.host=pg") {
		assert.Equal(t, "would be the service's database; this service has none", unused(t, told)["postgresql"], version)
	}
}

// A platform's members and its initializer are told of the PostgreSQL of all.
func TestPostgreSQLOfAPlatform(t *testing.T) {
	t.Parallel()
	chart := platformWith(t, spec.Member{Name: "identity"}, spec.Member{Name: "inventory"})
	for version, told := range notes(t, chart, "--values", given(t, mongoDB)) {
		assert.Contains(t, told, "identity needs PostgreSQL", version)
		assert.Contains(t, told, "inventory needs PostgreSQL", version)
	}
	const along = "{global: {postgresql: {host: postgresql, existingSecret: shared-secret, existingSecretKeys: {password: database-password}}}}"
	got := judge(t, chart, "--values", given(t, mongoDB), "--values", given(t, along))
	assert.Equal(t, "inventory", got["ConfigMap/inventory-database-conf"].document(t, "postgresql.yaml").get("DATABASES", "default", "username"))
	job := fmt.Sprint(got["Job/spaceone-initializer"].pod().get("volumes", "inventory"))
	assert.Contains(t, job, "map[secret:map[items:[map[key:database-password path:postgresql-password]] name:shared-secret]]")
	for version, told := range notes(t, chart, "--values", given(t, mongoDB), "--values", given(t, along)) {
		assert.NotContains(t, told, "MongoDB", version)
	}
}
