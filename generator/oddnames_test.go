package generator_test

import "strings"

// oddImports are files and what they are imported for.
var oddImports = map[string]string{
	"google/api/annotations.proto": "google.api.http", "google/api/field_behavior.proto": "google.api.field_behavior",
	"google/protobuf/any.proto": "google.protobuf.Any", "google/protobuf/duration.proto": "google.protobuf.Duration",
	"google/protobuf/empty.proto": "google.protobuf.Empty", "google/protobuf/field_mask.proto": "google.protobuf.FieldMask",
	"google/protobuf/struct.proto": "google.protobuf.", "google/protobuf/timestamp.proto": "google.protobuf.Timestamp",
	"google/protobuf/wrappers.proto": "Value", "google/type/money.proto": "google.type.Money",
	"google/api/httpbody.proto": "google.api.HttpBody", "google/longrunning/operations.proto": "google.longrunning.Operation",
	"spaceone/api/core/v2/query.proto": "spaceone.api.core.v2.",
}

var (
	// oddTypes are called like keywords, like what generated code and the layers
	// declare, or like nothing else.
	oddTypes = strings.Fields(`Plain Region Type func Service Services Manager Guards Context context error Error String Server Client
		Request Empty Struct Timestamp Scope Query Model Config App Info Map Any _x X_ A_B a_b HTTPServer URL iPv6Address x1 _1 Status
		Census Plugin ServerInfo Domain Workspace Unimplemented Deps nil any Int64 Message Resource Handler grpc api proto test Linux
		Record Filter Schema Options Get Reset Stream Dispatcher Identity identity Log Con Vendor Internal Series News Aliases Test_test`)
	oddFields = strings.Fields(`name id type func range map interface string error nil len value key get_name Name reset String proto_message
		descriptor marshal ctx req err query metadata model scope created_at updated_at workspace_id project_id base_model
		_x x_ a_b aB a__b HTTP_url URL x1 ids1x data info size state enum option message oneof default order select group user_id _1a
		extension_map xxx_unrecognized unknown_fields size_cache ctid table column body page parent filter page_token`)
	oddMethods = strings.Fields(`get list run Run_it func type String Reset Register serve GetX get_x new New create Create update watch
		_do do_ a1 Send Recv Context Close stat init verify Init mustEmbed Method errors nil range go Enable disable set_tags x_y Xy search`)
)
