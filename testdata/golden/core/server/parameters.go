package server

import (
	"net/url"
	"strings"
	"sync"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// parseStrictly has the gateway read parameters by strictParameters. It has one parser a
// process, whatever server is set up.
var parseStrictly = sync.OnceFunc(func() { runtime.SetQueryParameterParser(new(strictParameters))(nil) })

// strictParameters reads the parameters of a URL into a request. One that the request has
// no field for is refused, as a field of a body is: the gateway's own would pass it over, so
// that a misspelt filter gives everything.
type strictParameters struct{ runtime.DefaultQueryParser }

// Parse implements the gateway's interface.
func (p *strictParameters) Parse(m proto.Message, values url.Values, filter *utilities.DoubleArray) error {
	for key := range values {
		if !leads(m.ProtoReflect().Descriptor(), key) {
			return apierror.Invalid(key, "the request has no such field")
		}
	}
	return p.DefaultQueryParser.Parse(m, values, filter)
}

// leads reports whether a parameter's key, such as filter.name or tags[colour], is that of
// a field.
func leads(d protoreflect.MessageDescriptor, key string) bool {
	path, _, _ := strings.Cut(key, "[")
	for name := range strings.SplitSeq(path, ".") {
		if d == nil {
			return false
		}
		f := d.Fields().ByName(protoreflect.Name(name))
		if f == nil {
			f = d.Fields().ByJSONName(name)
		}
		if f == nil {
			return false
		}
		d = f.Message()
	}
	return true
}
