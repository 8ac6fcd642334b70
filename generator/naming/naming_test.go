package naming_test

import (
	"go/token"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

func TestForms(t *testing.T) {
	type forms struct{ kebab, snake, pascal, camel, plural, pluralSnake, env string }
	tests := map[string]forms{
		"cost-analysis":  {"cost-analysis", "cost_analysis", "CostAnalysis", "costAnalysis", "CostAnalyses", "cost_analyses", "COST_ANALYSIS"},
		"api2":           {"api2", "api2", "API2", "api2", "API2s", "api2s", "API2"},
		"HTTPProxy":      {"http-proxy", "http_proxy", "HTTPProxy", "httpProxy", "HTTPProxies", "http_proxies", "HTTP_PROXY"},
		"region_id":      {"region-id", "region_id", "RegionID", "regionID", "RegionIDs", "region_ids", "REGION_ID"},
		"RegionId":       {"region-id", "region_id", "RegionID", "regionID", "RegionIDs", "region_ids", "REGION_ID"},
		"image_urls":     {"image-urls", "image_urls", "ImageURLs", "imageURLs", "ImageURLsList", "image_urls_list", "IMAGE_URLS"},
		"imageURLs":      {"image-urls", "image_urls", "ImageURLs", "imageURLs", "ImageURLsList", "image_urls_list", "IMAGE_URLS"},
		"EKSCluster":     {"eks-cluster", "eks_cluster", "EKSCluster", "eksCluster", "EKSClusters", "eks_clusters", "EKS_CLUSTER"},
		"EC2Instance":    {"ec2-instance", "ec2_instance", "EC2Instance", "ec2Instance", "EC2Instances", "ec2_instances", "EC2_INSTANCE"},
		"S3Bucket":       {"s3-bucket", "s3_bucket", "S3Bucket", "s3Bucket", "S3Buckets", "s3_buckets", "S3_BUCKET"},
		"IPv4Address":    {"ipv4-address", "ipv4_address", "IPv4Address", "ipv4Address", "IPv4Addresses", "ipv4_addresses", "IPV4_ADDRESS"},
		"OAuthClient":    {"oauth-client", "oauth_client", "OAuthClient", "oauthClient", "OAuthClients", "oauth_clients", "OAUTH_CLIENT"},
		"k8s_node":       {"k8s-node", "k8s_node", "K8sNode", "k8sNode", "K8sNodes", "k8s_nodes", "K8S_NODE"},
		"REGION_CODE":    {"region-code", "region_code", "RegionCode", "regionCode", "RegionCodes", "region_codes", "REGION_CODE"},
		"line_2":         {"line-2", "line_2", "Line2", "line2", "Line2s", "line_2s", "LINE_2"},
		"type":           {"type", "type", "Type", "typeValue", "Types", "types", "TYPE"},
		"Func":           {"func", "func", "Func", "funcValue", "Funcs", "funcs", "FUNC"},
		"String":         {"string", "string", "String", "stringValue", "Strings", "strings", "STRING"},
		"Error":          {"error", "error", "Error", "errorValue", "Errors", "errors", "ERROR"},
		"Context":        {"context", "context", "Context", "contextValue", "Contexts", "contexts", "CONTEXT"},
		"Policy":         {"policy", "policy", "Policy", "policy", "Policies", "policies", "POLICY"},
		"Status":         {"status", "status", "Status", "statusValue", "Statuses", "statuses", "STATUS"},
		"Data":           {"data", "data", "Data", "data", "DataList", "data_list", "DATA"},
		"Series":         {"series", "series", "Series", "series", "SeriesList", "series_list", "SERIES"},
		"DNS":            {"dns", "dns", "DNS", "dns", "DNSList", "dns_list", "DNS"},
		"Quota":          {"quota", "quota", "Quota", "quota", "Quotas", "quotas", "QUOTA"},
		"Person":         {"person", "person", "Person", "person", "People", "people", "PERSON"},
		"MetricQuery":    {"metric-query", "metric_query", "MetricQuery", "metricQuery", "MetricQueries", "metric_queries", "METRIC_QUERY"},
		"a":              {"a", "a", "A", "a", "As", "as", "A"},
		"":               {},
		"  -- x":         {"x", "x", "X", "x", "Xes", "xes", "X"},
		"data.source id": {"data-source-id", "data_source_id", "DataSourceID", "dataSourceID", "DataSourceIDs", "data_source_ids", "DATA_SOURCE_ID"},
	}
	for in, want := range tests {
		t.Run(in, func(t *testing.T) {
			n := naming.New(in)
			assert.Equal(t, want, forms{n.Kebab(), n.Snake(), n.Pascal(), n.Camel(), n.Plural(), n.PluralSnake(), n.Env()})
			assert.Equal(t, in, n.String())
			assert.Equal(t, n.Kebab(), n.Label())
		})
	}
}

func TestGoPackage(t *testing.T) {
	for in, want := range map[string]string{
		"cost-analysis": "costanalysis", "HTTPProxy": "httpproxy", "api2": "api2", "type": "typepkg",
		"func": "funcpkg", "String": "stringpkg", "main": "mainpkg", "internal": "internalpkg",
	} {
		assert.Equal(t, want, naming.New(in).GoPackage(), in)
	}
}

func TestGoFile(t *testing.T) {
	for in, want := range map[string]string{
		"HTTPProxy": "http_proxy", "LoadTest": "loadtest", "AgentLinux": "agentlinux", "ImageARM64": "imagearm64",
		"Linux": "linux", "Test": "test", "LinuxAgent": "linux_agent", "WebJS": "webjs",
	} {
		assert.Equal(t, want, naming.New(in).GoFile(), in)
	}
}

func TestCheck(t *testing.T) {
	long := strings.Repeat("a", 63)
	checks := map[string]func(string) error{
		"service": naming.CheckService, "resource": naming.CheckResource, "field": naming.CheckField,
		"value": naming.CheckEnumValue, "scheduler": naming.CheckScheduler,
	}
	refusedByAll := map[string]string{
		"":               "empty",
		"../x":           "path",
		"a/b":            "path",
		`a\b`:            "path",
		"..":             "path",
		"-x":             "begin with '-'",
		"_x":             "begin with '_'",
		"x-":             "end with '-'",
		"a--b":           "side by side",
		"a b":            "' ' is neither",
		"a.b":            "'.' is neither",
		"a\nb":           `'\n' is not`,
		"x;rm":           "';' is neither",
		"2x":             "digit",
		"größe":          "'ö' is not an ASCII letter",
		"ſ":              "'ſ' is not an ASCII letter",
		"\xff":           "is not an ASCII letter",
		long + "a":       "64 characters",
		long + long:      "characters",
		"{{x}}":          "'{' is neither",
		"x\x00":          "is not an ASCII letter",
		"$(touch /tmp/)": "path",
	}
	for kind, check := range checks {
		for name, reason := range refusedByAll {
			var refused *naming.Error
			if assert.ErrorAs(t, check(name), &refused, "%s %q", kind, name) {
				assert.Contains(t, refused.Reason, reason, "%s %q", kind, name)
				assert.NotEmpty(t, refused.Fix)
			}
		}
	}
	tests := []struct {
		kind, name, want string // want "" is accepted
	}{
		{"service", "cost-analysis", ""},
		{"service", "cost_analysis", ""},
		{"service", "HTTPProxy", ""},
		{"service", "api2", ""},
		{"service", "type", ""},
		{"service", long, ""},
		{"service", strings.Repeat("aB", 25), "75 characters"},
		{"service", "internal", "go tool"},
		{"service", "Vendor", "go tool"},
		{"service", "aux", "Windows"},
		{"resource", "String", ""},
		{"resource", "Error", ""},
		{"resource", "Type", ""},
		{"resource", "Func", ""},
		{"resource", "cloud_service", ""},
		{"resource", long, "64 characters"},
		{"resource", "COM1", "Windows"},
		{"field", "region_code", ""},
		{"field", "type", ""},
		{"field", "line_2", ""},
		{"field", "regionCode", `write "region_code"`},
		{"field", "region-code", `write "region_code"`},
		{"field", "xmin", "PostgreSQL"},
		{"field", "base_model", "base"},
		{"value", "ENABLED", ""},
		{"value", "IN_PROGRESS_2", ""},
		{"value", "enabled", `write "ENABLED"`},
		{"value", "inProgress", `write "IN_PROGRESS"`},
		{"scheduler", "hourly_scheduler", ""},
		{"scheduler", "HourlyScheduler", `write "hourly_scheduler"`},
	}
	for _, tt := range tests {
		err := checks[tt.kind](tt.name)
		if tt.want == "" {
			assert.NoError(t, err)
			continue
		}
		if assert.Error(t, err, tt.name) {
			assert.Contains(t, err.Error(), tt.want)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"cost-analysis", "HTTPProxy", "api2", "IPv4s", "URLs", "", "\xff", "ſtatus", "Data", "k8S_", "A1b2C3"} {
		f.Add(s)
	}
	snake := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	label := regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	f.Fuzz(func(t *testing.T, s string) {
		n := naming.New(s)
		_, _, _ = n.Plural(), n.GoFile(), n.ProtoGo()
		if naming.CheckResource(s) != nil {
			return
		}
		require.Regexp(t, snake, n.Snake())
		require.Regexp(t, snake, n.PluralSnake())
		require.Regexp(t, label, n.Label())
		for _, identifier := range []string{n.Pascal(), n.Camel(), n.Plural(), n.GoPackage(), n.ProtoGo()} {
			require.True(t, token.IsIdentifier(identifier), identifier)
		}
		require.True(t, token.IsExported(n.Pascal()) && token.IsExported(n.Plural()))
		require.NotEqual(t, n.Pascal(), n.Plural())
		require.NotEqual(t, n.Snake(), n.PluralSnake())
		// A form is a name that has the same form.
		require.Equal(t, n.Snake(), naming.New(n.Snake()).Snake())
		require.Equal(t, n.Snake(), naming.New(n.Kebab()).Snake())
		if strings.Contains(n.Env(), "_") {
			require.Equal(t, n.Snake(), naming.New(n.Env()).Snake())
		}
		require.True(t, strings.EqualFold(n.Pascal(), naming.New(n.Pascal()).Pascal()))
		require.False(t, strings.HasSuffix(n.GoFile(), "_test"))
	})
}
