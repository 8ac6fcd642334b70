package main

import (
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// addressEdit is 'add service' and 'remove service' at a frontend, whose services are
// those that it leads to.
func addressEdit(command string, args []string) (spec.AddressEdit, error) {
	if command == "remove" {
		return spec.RemoveAddresses(args...), nil
	}
	all := make([]spec.Address, len(args))
	for i, arg := range args {
		name, address, err := spec.ParseAddress(arg)
		if err != nil {
			return nil, usageError{err}
		}
		all[i] = spec.Address{Service: name, URL: address}
	}
	return spec.AddAddresses(all...), nil
}
