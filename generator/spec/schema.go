package spec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

// schemaID names the schema; nothing is fetched by it.
const schemaID = "https://github.com/cloudforet-io/spacegen/spacegen.schema.json"

// property says what the schema tells of one key, beyond its type.
type property struct {
	description string
	choices     []string
	pattern     string
}

// properties are the keys of a Spec by their path; [] is an element of a list.
func properties() map[string]property {
	name := `^[A-Za-z][A-Za-z0-9_-]{0,62}$`
	return map[string]property{
		"version":                                   {description: "Version of this file's format."},
		"kind":                                      {description: "What is generated.", choices: texts(Kinds())},
		"name":                                      {description: "Name of the service, such as inventory or cost-analysis.", pattern: name},
		"module":                                    {description: "Path of the Go module. Default: github.com/cloudforet-io/NAME."},
		"framework":                                 {description: "Where the framework comes from: vendored or own (in core/), a folder such as ../core, or MODULE@VERSION. Default: vendored."},
		"templates":                                 {description: "Templates of your own, laid over those of spacegen in this order."},
		"values":                                    {description: "What these templates ask for; their schema says what that is."},
		"templates[].name":                          {description: "Name, such as acme. Default: by what they come from.", pattern: overlayName.String()},
		"templates[].from":                          {description: "A folder (../templates), git (git+https://example.com/templates@v1.3.0), a Go module (example.com/templates@v1.3.0) or an OCI artifact (oci://example.com/templates:v1.3.0)."},
		"proto_paths":                               {description: "Folders of an API's proto files that stay where they are, as seen from this file."},
		"package":                                   {description: "Proto package of the API. Default: spaceone.api.NAME.v1.", pattern: `^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`},
		"description":                               {description: "One sentence on what the service does."},
		"servers":                                   {description: "How calls arrive. Default: grpc."},
		"servers[]":                                 {choices: texts(Servers())},
		"database":                                  {description: "What resources are kept in. Default: postgresql.", choices: texts(Databases())},
		"cache":                                     {description: "What stands before reads. Default: none.", choices: texts(Caches())},
		"resources":                                 {description: "What the service keeps: each an API, a table and the layers between."},
		"resources[].name":                          {description: "Name in the singular, such as Region.", pattern: name},
		"resources[].description":                   {description: "One sentence on what it is."},
		"resources[].fields":                        {description: "Fields beside the identifier, domain_id, workspace_id, created_at and updated_at."},
		"resources[].fields[].name":                 {description: "Name in snake_case.", pattern: `^[a-z][a-z0-9_]*$`},
		"resources[].fields[].type":                 {description: "Type of one value. Default: string.", choices: texts(FieldTypes())},
		"resources[].fields[].repeated":             {description: "A list of values."},
		"resources[].fields[].values":               {description: "Values of an enum, in SCREAMING_CASE. New ones go to the end: clients know each by its place."},
		"resources[].fields[].required":             {description: "Nothing is created without it."},
		"resources[].fields[].unique":               {description: "A workspace has every value only once."},
		"resources[].fields[].keyword":              {description: "A query's keyword is looked for in it."},
		"resources[].fields[].minimal":              {description: "A minimal result has it. Without any such field it has the required ones and the name."},
		"resources[].fields[].aliases":              {description: "Other names of the field in queries, such as ip_address of ip_addresses."},
		"resources[].order":                         {description: "Order of a list that doesn't say: fields, with - in front for the last first. Default: the identifier."},
		"resources[].aliases":                       {description: "Names that it had before: clients of gRPC that know its service by one of them go on working."},
		"resources[].fields[].message":              {description: "Name of a message. Default: the field's, in the singular."},
		"resources[].fields[].fields":               {description: "Fields of a message, which is kept with the resource, such as the line items of an order."},
		"resources[].fields[].fields[].name":        {description: "Name in snake_case.", pattern: `^[a-z][a-z0-9_]*$`},
		"resources[].fields[].fields[].type":        {description: "Type of one value. Default: string.", choices: texts(SubFieldTypes())},
		"resources[].fields[].fields[].repeated":    {description: "A list of values."},
		"resources[].fields[].fields[].required":    {description: "No message goes without it."},
		"resources[].fields[].fields[].max_length":  {description: "Characters of a text, at most."},
		"resources[].fields[].fields[].min":         {description: "The least value of a number, a date or a duration."},
		"resources[].fields[].fields[].max":         {description: "The greatest value of a number, a date or a duration."},
		"resources[].fields[].fields[].pattern":     {description: "Regular expression (RE2) that a text matches; it is not anchored."},
		"resources[].fields[].fields[].format":      {description: "Well-known form of a text.", choices: texts(Formats())},
		"resources[].fields[].fields[].number":      {description: "Number in the proto message. Default: by position. It never changes."},
		"resources[].fields[].fields[].description": {description: "One sentence on what it holds."},
		"resources[].fields[].reserved":             {description: "Fields of the message that were removed. No other field of it takes their number or name."},
		"resources[].fields[].reserved[].name":      {description: "Name of the removed field. Without it only the number is reserved.", pattern: `^[a-z][a-z0-9_]*$`},
		"resources[].fields[].reserved[].number":    {description: "Number of the removed field in the proto message."},
		"resources[].fields[].reserved[].type":      {description: "Its type. Default: string.", choices: texts(SubFieldTypes())},
		"resources[].fields[].reserved[].repeated":  {description: "It was a list of values."},
		"resources[].fields[].index":                {description: "The table has an index by it, within a workspace: for what lists filter and sort by."},
		"resources[].fields[].ref":                  {description: "Name of the resource whose identifier the field holds, such as Customer. Create and update check that there is one."},
		"resources[].fields[].on_delete":            {description: "What is done when the resource that it refers to is deleted. Default: restrict, which refuses that.", choices: texts(OnDeletes())},
		"resources[].fields[].expand":               {description: "Get and list show the resource that the reference leads to, when a request names it under expand: customer, for customer_id."},
		"resources[].fields[].default":              {description: "What create stores when a caller leaves the field out. Rows that there are already get it with the column."},
		"resources[].fields[].transitions":          {description: "Of an enum: the values that may follow each of its values, as in {PENDING: [PAID, CANCELLED]}. Update refuses all others."},
		"resources[].fields[].immutable":            {description: "Create sets it, and nothing changes it."},
		"resources[].fields[].output_only":          {description: "The service sets it; callers only read it."},
		"resources[].fields[].max_length":           {description: "Characters of a text, at most."},
		"resources[].fields[].min":                  {description: "The least value of a number, a date or a duration."},
		"resources[].fields[].max":                  {description: "The greatest value of a number, a date or a duration."},
		"resources[].fields[].pattern":              {description: "Regular expression (RE2) that a text matches; it is not anchored."},
		"resources[].fields[].format":               {description: "Well-known form of a text.", choices: texts(Formats())},
		"resources[].fields[].max_bytes":            {description: "Bytes of a text, a list or a struct, at most. Default: 65536 for a text, 262144 for a list or a struct."},
		"resources[].fields[].number":               {description: "Number in the proto messages. Default: by position. It never changes: clients know the field by it."},
		"resources[].fields[].description":          {description: "One sentence on what it holds."},
		"resources[].reserved":                      {description: "Fields that were removed. No other field takes their number or name."},
		"resources[].reserved[].name":               {description: "Name of the removed field. Without it only the number is reserved.", pattern: `^[a-z][a-z0-9_]*$`},
		"resources[].reserved[].number":             {description: "Number of the removed field in the proto messages."},
		"resources[].reserved[].type":               {description: "Its type; a field that comes back with the same type takes its number again. Default: string.", choices: texts(FieldTypes())},
		"resources[].reserved[].repeated":           {description: "It was a list of values."},
		"resources[].reserved[].expand":             {description: "It showed the resource that a reference leads to."},
		"queries":                                   {description: "How the resources of your own protos are asked for."},
		"queries[].resource":                        {description: "Name of the resource, such as CloudService."},
		"queries[].keyword":                         {description: "Keys that a query's keyword is looked for in. Default: the identifier and the name."},
		"queries[].minimal":                         {description: "Fields of a minimal result. Default: the identifier and the name."},
		"queries[].order":                           {description: "Order of a list that doesn't say: keys, with - in front for the last first. Default: the identifier."},
		"queries[].date":                            {description: "Field whose days, months and years an analysis groups by. Default: created_at."},
		"queries[].aliases":                         {description: "Other names of keys in queries."},
		"queries[].aliases[].name":                  {description: "The other name."},
		"queries[].aliases[].of":                    {description: "The key that it stands for."},
		"methods":                                   {description: "Who may call single methods of the API, by name: Region.create. All others are by whether they read or write."},
		"methods{}.roles":                           {description: "Roles that may call it. Default: DOMAIN_ADMIN and WORKSPACE_OWNER, and WORKSPACE_MEMBER if it only reads. USER alone: it is about its caller. SYSTEM_TOKEN alone: it is for other services."},
		"methods{}.roles[]":                         {choices: Roles()},
		"methods{}.permission":                      {description: "Permission that a token with permissions needs. Default: SERVICE:RESOURCE.read or .write.", pattern: permissionPattern.String()},
		"schedulers":                                {description: "What makes tasks at set times."},
		"schedulers[].name":                         {description: "Name, such as hourly_scheduler.", pattern: name},
		"schedulers[].kind":                         {description: "How its times are found.", choices: texts(SchedulerKinds())},
		"schedulers[].interval":                     {description: "Hours of an hourly scheduler, seconds of an interval one."},
		"schedulers[].minute":                       {description: "Minute of the hour, such as ':15', of an hourly scheduler."},
		"schedulers[].rule":                         {description: "Five cron fields, of a cron scheduler."},
		"schedulers[].task":                         {description: "Task that it makes, which a worker of this service runs: a method of the API, such as Order.cancel, or one that only tasks call. Default: what the scheduler's code makes.", pattern: methodPattern.String()},
		"schedulers[].description":                  {description: "One sentence on what its tasks do."},
		"services":                                  {description: "Business logic that belongs to no resource."},
		"services[].name":                           {description: "Name in the singular.", pattern: name},
		"services[].description":                    {description: "One sentence on what it does."},
		"services[].kind":                           {description: "None."},
		"services[].api":                            {description: "None."},
		"managers":                                  {description: "Unit operations that belong to no resource."},
		"managers[].name":                           {description: "Name in the singular.", pattern: name},
		"managers[].description":                    {description: "One sentence on what it does."},
		"managers[].kind":                           {description: "None."},
		"managers[].api":                            {description: "None."},
		"connectors":                                {description: "What reaches out: to another service, an API over HTTP, another database, plugins."},
		"connectors[].name":                         {description: "Name in the singular.", pattern: name},
		"connectors[].description":                  {description: "One sentence on what it does."},
		"connectors[].kind":                         {description: "What it leads to.", choices: texts(ConnectorKinds())},
		"connectors[].api":                          {description: "The proto package that plugins of a connector of the kind plugin speak, if proto/ has it."},
		"handlers":                                  {description: "Handlers of this service's own, around every call; HANDLERS names them."},
		"handlers[].name":                           {description: "Name in the singular.", pattern: name},
		"handlers[].description":                    {description: "One sentence on what it does."},
		"workers":                                   {description: "Workers with a queue of their own, beside the service's one."},
		"workers[].name":                            {description: "Name in the singular.", pattern: name},
		"workers[].description":                     {description: "One sentence on what its tasks are."},
		"workers[].kind":                            {description: "None: workers have no kind."},
		"workers[].api":                             {description: "None."},
		"handlers[].kind":                           {description: "When it is called.", choices: texts(HandlerKinds())},
		"handlers[].api":                            {description: "None."},
		"platform":                                  {description: "What a platform is made of."},
		"platform.chart_repository":                 {description: "URL that the platform's charts are published at. Default: the GitHub Pages of the module."},
		"platform.postgresql":                       {description: "Where PostgreSQL comes from. Default: bundled.", choices: texts(Backings())},
		"platform.redis":                            {description: "Where Redis comes from. Default: bundled.", choices: texts(Backings())},
		"platform.members":                          {description: "The repositories of the platform, in the order in which they are initialised."},
		"platform.members[].name":                   {description: "Name, such as identity or cost-analysis.", pattern: name},
		"platform.members[].kind":                   {description: "What it is. Default: service.", choices: texts(MemberKinds())},
		"platform.members[].path":                   {description: "Folder of its repository, as seen from this file. Default: ../NAME, unless repository is given."},
		"platform.members[].repository":             {description: "Repository of its chart: https, oci or file. Default: deploy/helm in its own repository."},
		"platform.members[].version":                {description: "Version of its chart, or a range. Default: any. Of a plugin without a chart: version of its image. Default: 0.1.0."},
		"platform.members[].alias":                  {description: "Name of the chart among the values. Default: the member's."},
		"platform.members[].condition":              {description: "The value that switches it on. Default: NAME.enabled."},
		"platform.members[].image":                  {description: "Image of a plugin, without its version. Default: NAME in the platform's registry."},
		"platform.members[].resource_type":          {description: "What a plugin serves, such as inventory.Collector."},
		"image":                                     {description: "Container image."},
		"image.registry":                            {description: "Registry and folder, such as ghcr.io/cloudforet-io."},
		"image.name":                                {description: "Name. Default: the service's."},
		"ci":                                        {description: "What the workflows are for. Default: github.", choices: []string{string(GitHub), string(NoCI)}},
		"chart":                                     {description: "Whether there is a Helm chart. Default: true."},
	}
}

// Schema gives the JSON Schema of spacegen.yaml, for editors. values are the properties of
// what overlays ask for, and required the names of those that have to be there.
func Schema(values map[string]any, required []string) ([]byte, error) {
	reflector := jsonschema.Reflector{
		FieldNameTag: "yaml", DoNotReference: true, ExpandedStruct: true, RequiredFromJSONSchemaTags: true, Mapper: ownSchema,
	}
	schema := reflector.Reflect(&Spec{})
	schema.ID = schemaID
	schema.Title = FileName
	schema.Required = []string{"name"}
	if err := describeSchema(schema, "", properties()); err != nil {
		return nil, err
	}
	if of, ok := schema.Properties.Get("values"); ok && len(values) > 0 {
		of.Extras = map[string]any{"properties": values, "additionalProperties": false}
		if len(required) > 0 {
			of.Extras["required"] = required
			schema.Required = append(schema.Required, "values")
		}
	}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the JSON Schema: %w", err)
	}
	return append(text, '\n'), nil
}

// describeSchema adds what is known of each key. A key that nothing is known
// of is a mistake here, not in anybody's file.
func describeSchema(schema *jsonschema.Schema, path string, known map[string]property) error {
	if schema.Items != nil {
		if err := describeKey(schema.Items, path+"[]", known); err != nil {
			return err
		}
	}
	if of := schema.AdditionalProperties; of != nil && of.Properties != nil {
		if err := describeSchema(of, path+"{}", known); err != nil {
			return err
		}
	}
	if schema.Properties == nil {
		return nil
	}
	for pair := schema.Properties.Oldest(); pair != nil; pair = pair.Next() {
		if err := describeKey(pair.Value, strings.TrimPrefix(path+"."+pair.Key, "."), known); err != nil {
			return err
		}
	}
	return nil
}

func describeKey(schema *jsonschema.Schema, path string, known map[string]property) error {
	p, ok := known[path]
	if !ok && !strings.HasSuffix(path, "[]") {
		return fmt.Errorf("the JSON Schema says nothing of %s", path)
	}
	schema.Description, schema.Pattern = p.description, p.pattern
	for _, choice := range p.choices {
		schema.Enum = append(schema.Enum, choice)
	}
	if path == "resources[]" || path == "resources[].fields[]" || path == "schedulers[]" || path == "platform.members[]" {
		schema.Required = []string{"name"}
	}
	return describeSchema(schema, path, known)
}

// ownSchema gives the schema of types that YAML has in another form than Go.
func ownSchema(t reflect.Type) *jsonschema.Schema {
	switch t {
	case reflect.TypeFor[Literal]():
		return &jsonschema.Schema{Extras: map[string]any{"type": []string{"string", "number", "boolean"}}}
	case reflect.TypeFor[Transitions]():
		state := &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Type: "string"}}
		return &jsonschema.Schema{Type: "object", AdditionalProperties: state}
	default:
		return nil
	}
}
