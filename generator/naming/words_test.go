package naming_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// Repositories have columns, files and identifiers of these forms: a form that
// changes is a rename for them, so a word is cut today where it always was, odd as
// some of these are.
func TestWhereNamesAreCut(t *testing.T) {
	for _, tt := range []struct{ name, snake, pascal, table string }{
		{"OAuth2Token", "oauth2_token", "OAuth2Token", "oauth2_tokens"},
		{"oauth2_token", "oauth2_token", "OAuth2Token", "oauth2_tokens"},
		{"OAuthOAuth2", "oauth_oauth2", "OAuthOAuth2", "oauth_oauth2s"},
		{"OAuth3", "oauth_3", "OAuth3", "oauth_3s"},
		{"OAuth2x", "oauth_2x", "OAuth2x", "oauth_2xes"},
		{"OAuthority", "o_authority", "OAuthority", "o_authorities"},
		{"MyOAuthClient", "my_oauth_client", "MyOAuthClient", "my_oauth_clients"},
		{"MYOAuth", "myo_auth", "MYOAuth", "myo_auths"},
		{"IPv6sPool", "ipv6s_pool", "IPv6sPool", "ipv6s_pools"},
		{"IPv4", "ipv4", "IPv4", "ipv4s"},
		{"XIPv4", "xi_pv4", "XIPv4", "xi_pv4s"},
		{"ipv4s", "ipv4s", "IPv4s", "ipv4s_list"},
		{"URLsFor", "urls_for", "URLsFor", "urls_fors"},
		{"URLsv2", "ur_lsv2", "URLsv2", "ur_lsv2s"},
		{"URLs2", "ur_ls2", "URLs2", "ur_ls2s"},
		{"HTTPs2", "htt_ps2", "HTTPs2", "htt_ps2s"},
		{"AZs", "azs", "AZs", "azs_list"},
		{"VPCsID", "vpcs_id", "VPCsID", "vpcs_ids"},
		{"IDsOf", "ids_of", "IDsOf", "ids_ofs"},
		{"id_s", "id_s", "IDS", "id_s_list"},
		{"AsIs", "as_is", "AsIs", "as_is_list"},
		{"x86image", "x86image", "X86image", "x86images"},
		{"K8SCluster", "k8_s_cluster", "K8SCluster", "k8_s_clusters"},
		{"k8sCluster", "k8s_cluster", "K8sCluster", "k8s_clusters"},
		{"K8sCluster", "k8s_cluster", "K8sCluster", "k8s_clusters"},
		{"A1b2C3", "a1b2_c3", "A1b2C3", "a1b2_c3s"},
		{"utf8Name", "utf8_name", "UTF8Name", "utf8_names"},
		{"UTF8Name", "utf8_name", "UTF8Name", "utf8_names"},
		{"Ec2", "ec2", "Ec2", "ec2s"},
		{"eC2", "e_c2", "EC2", "e_c2s"},
		{"iOS", "i_os", "IOS", "i_os_list"},
		{"macOS", "mac_os", "MacOS", "mac_os_list"},
		{"GitHubRepo", "git_hub_repo", "GitHubRepo", "git_hub_repos"},
		{"gRPCServer", "g_rpc_server", "GRPCServer", "g_rpc_servers"},
		{"PostgreSQL", "postgre_sql", "PostgreSQL", "postgre_sqls"},
		{"NoSQLDB", "no_sqldb", "NoSQLDB", "no_sqldbs"},
		{"V1Beta2", "v1_beta2", "V1Beta2", "v1_beta2s"},
		{"v1beta2", "v1beta2", "V1beta2", "v1beta2s"},
		{"ISO8601Date", "iso8601_date", "ISO8601Date", "iso8601_dates"},
		{"SHA256Sum", "sha256_sum", "SHA256Sum", "sha256_sums"},
		{"X509Cert", "x509_cert", "X509Cert", "x509_certs"},
		{"p95Latency", "p95_latency", "P95Latency", "p95_latencies"},
		{"PercentileP99", "percentile_p99", "PercentileP99", "percentile_p99s"},
		{"ABTest", "ab_test", "ABTest", "ab_tests"},
		{"aB", "a_b", "AB", "a_bs"},
		{"AbC", "ab_c", "AbC", "ab_cs"},
		{"ABc", "a_bc", "ABc", "a_bcs"},
		{"EBSVolumeIOPs", "ebs_volume_iops", "EBSVolumeIOPS", "ebs_volume_iops_list"},
		{"S3", "s3", "S3", "s3s"},
		{"s3Bucket", "s3_bucket", "S3Bucket", "s3_buckets"},
		{"2x", "2x", "2x", "2xes"},
		{"a2_3b", "a2_3b", "A23b", "a2_3bs"},
		{"REGION_ID2", "region_id2", "RegionID2", "region_id2s"},
		{"REGION-IDs", "region_ids", "REGIONIDs", "region_ids_list"},
		{"HTTP.proxy URL", "http_proxy_url", "HTTPProxyURL", "http_proxy_urls"},
		{"XML_HTTPRequest", "xml_http_request", "XMLHTTPRequest", "xml_http_requests"},
		{"_private", "private", "Private", "privates"},
		{"trailing_", "trailing", "Trailing", "trailings"},
	} {
		n := naming.New(tt.name)
		assert.Equal(t, tt.snake, n.Snake(), tt.name)
		assert.Equal(t, tt.pascal, n.Pascal(), tt.name)
		assert.Equal(t, tt.table, n.PluralSnake(), tt.name)
	}
}

// Words are cut by naming alone: who asked strcase directly would spell "api2" and
// "EC2Instance" in another way than the rest.
func TestOnlyNamingImportsStrcase(t *testing.T) {
	root := os.DirFS("../..")
	var importers []string
	require.NoError(t, fs.WalkDir(root, ".", func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if p != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		source, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, one := range file.Imports {
			if imported, err := strconv.Unquote(one.Path.Value); err != nil || imported == "github.com/iancoleman/strcase" {
				importers = append(importers, path.Dir(p))
			}
		}
		return nil
	}))
	assert.Equal(t, []string{"generator/naming"}, importers)
}
