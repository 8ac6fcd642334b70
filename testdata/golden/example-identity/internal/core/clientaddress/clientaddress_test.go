package clientaddress_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/identity/internal/core/clientaddress"
)

func TestOf(t *testing.T) {
	cluster := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, c := range map[string]struct {
		peer    string
		proxies []netip.Prefix
		want    string // empty: unknown
	}{
		"by gRPC":                           {"203.0.113.7:4711", nil, "203.0.113.7/32"},
		"by gRPC and IPv6":                  {"[2001:db8:1:2:3::7]:4711", nil, "2001:db8:1:2::/64"},
		"by REST":                           {"203.0.113.7", nil, "203.0.113.7/32"},
		"IPv4 in IPv6":                      {"[::ffff:203.0.113.7]:4711", nil, "203.0.113.7/32"},
		"this machine":                      {"127.0.0.1:4711", nil, ""},
		"a proxy on this machine":           {"203.0.113.7, 127.0.0.1", nil, "203.0.113.7/32"},
		"what a stranger says of himself":   {"198.51.100.1, 203.0.113.7", nil, "203.0.113.7/32"},
		"what he says to a proxy":           {"198.51.100.1, 203.0.113.7, 10.1.2.3", cluster, "203.0.113.7/32"},
		"several proxies":                   {"203.0.113.7, fd00::1, 10.1.2.3, ::1", cluster, "203.0.113.7/32"},
		"whom a proxy names with a port":    {"203.0.113.7:4711, 10.1.2.3", cluster, "203.0.113.7/32"},
		"whom a proxy names with a zone":    {"fe80::1%eth0, 10.1.2.3", cluster, "fe80::/64"},
		"a proxy by itself":                 {"10.1.2.3:4711", cluster, ""},
		"a proxy that names nobody":         {"unknown, 10.1.2.3", cluster, ""},
		"a private network, no proxy named": {"203.0.113.7, 10.1.2.3", nil, ""},
		"a carrier's, no proxy named":       {"100.64.1.1:4711", nil, ""},
		"a private network beside proxies":  {"203.0.113.7, 192.168.1.2", cluster, "192.168.1.2/32"},
		"nothing":                           {"", nil, ""},
		"no address":                        {"bufconn", nil, ""},
	} {
		got, known := clientaddress.Of(c.peer, c.proxies)
		assert.Equal(t, c.want != "", known, name)
		if known {
			assert.Equal(t, c.want, got.String(), name)
		}
	}
}
