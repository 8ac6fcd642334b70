// Package clientaddress finds out from which address a call comes, as far as that
// can be known.
package clientaddress

import (
	"net/netip"
	"strings"
)

// site is what one subscriber has of IPv6: within it, he chooses addresses as he
// likes.
const site = 64

// Of gives the address of a caller, of whom the server saw "host:port", or "a, b, c"
// as in X-Forwarded-For: c is whom it saw itself, and what stands before is what c,
// and then b, said. Only proxies are believed what they say: those that are named,
// and whatever runs on this machine.
//
// It is unknown who calls where a proxy doesn't say it. Where no proxy is named,
// this is so for every address of a private network, too: that may be the proxy
// that everybody comes through.
func Of(peer string, proxies []netip.Prefix) (caller netip.Prefix, known bool) {
	hops := strings.Split(peer, ",")
	for i := len(hops) - 1; i >= 0; i-- {
		address, ok := parse(strings.TrimSpace(hops[i]))
		switch {
		case !ok:
			return caller, false
		case address.IsLoopback() || within(address, proxies):
			continue
		case len(proxies) == 0 && private(address):
			return caller, false
		case address.Is6():
			caller, _ = address.Prefix(site) // it has that many bits
		default:
			caller = netip.PrefixFrom(address, address.BitLen())
		}
		return caller, true
	}
	return caller, false
}

// parse reads an address, with or without a port.
func parse(text string) (netip.Addr, bool) {
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		var with netip.AddrPort
		with, err = netip.ParseAddrPort(text)
		address = with.Addr()
	}
	return address.Unmap().WithZone(""), err == nil
}

func within(address netip.Addr, networks []netip.Prefix) bool {
	for _, network := range networks {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// private reports whether an address means something within one network only.
func private(address netip.Addr) bool {
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10) // RFC 6598
	return address.IsPrivate() || address.IsLinkLocalUnicast() || shared.Contains(address)
}
