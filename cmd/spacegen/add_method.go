package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// methodPart is a method of the API beside those that a resource has.
func methodPart() part {
	return part{
		kind: "method", short: "a method of a resource's API: rpc, guard, a file to write it in, and its test", args: "RESOURCE.METHOD",
		example: "Order.cancel", command: addMethodCommand, removeCommand: removeMethodCommand,
	}
}

// addMethod is one 'spacegen add method'.
type addMethod struct {
	change                        changeFlags
	http, request, response, text string
	permission                    string
	roles                         []string
	reads                         bool
}

func addMethodCommand(std stdio, p part) *cobra.Command {
	o := new(addMethod)
	cmd := &cobra.Command{
		Use:   p.kind + " " + p.args,
		Short: "Add " + p.short,
		Long: `add method writes an rpc and its request into the proto of a resource, and guards
it. Its code is yours: internal/service/RESOURCE_METHOD_method.go is made once, says
that it is not written yet, and is left alone from then on, as is its test.

A method of an API that you brought is added to its proto, and stands with the others
in the file of its service.`,
		Example: `  spacegen add method Order.cancel --request 'reason!:max_length=500,amount:int:min=1'
  spacegen add method Order.cancel --http 'POST /v1/orders/{order_id}:cancel'
  spacegen add method Order.preview --read --roles DOMAIN_ADMIN,WORKSPACE_OWNER`,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := p.complete(cmd.Context(), std, &o.change, "add", args)
			if err != nil {
				return err
			}
			if len(args) > 1 {
				return usageError{fmt.Errorf("one method at a time: leave out %s", strings.Join(args[1:], " "))}
			}
			return o.run(cmd.Context(), std, args[0])
		},
	}
	o.change.register(cmd.Flags())
	cmd.Flags().Var(filled{&o.request}, "request", "`fields` of the request beside the identifier, as in 'reason!:max_length=500,amount:int:min=1'")
	cmd.Flags().Var(filled{&o.response}, "response", "`what` it answers with: info (the resource), empty, or a message of the same file (default info)")
	cmd.Flags().Var(filled{&o.http}, "http", "how it is called by REST, as in 'POST /v1/orders/{order_id}:cancel', or none (default as the resource's other methods)")
	cmd.Flags().BoolVar(&o.reads, "read", false, "it changes nothing: whoever may read may call it, and a call that was cut off is made again")
	cmd.Flags().StringSliceVar(&o.roles, "roles", nil, "`list` of roles that may call it (default those that may write, or read)")
	cmd.Flags().Var(filled{&o.permission}, "permission", "`permission` that a token needs, as in orders:Order.cancel (default SERVICE:RESOURCE.write, or .read)")
	cmd.Flags().Var(filled{&o.text}, "description", "`sentence` on what it does, for the API")
	_ = cmd.RegisterFlagCompletionFunc("roles", cobra.FixedCompletions(spec.Roles(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("response", cobra.FixedCompletions([]string{"info", "empty"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (o *addMethod) run(ctx context.Context, std stdio, arg string) error {
	rpc, err := o.rpc(arg)
	if err != nil {
		return usageError{err}
	}
	name := rpc.Service + "." + rpc.Name
	rule := spec.MethodRule{Roles: o.roles, Permission: o.permission}
	return callersMistake(o.change.run(ctx, std, change.Request{
		Edit:   spec.All(spec.NeedLayers("method"), spec.AddMethodRule(name, rule)),
		Protos: []change.ProtoEdit{change.AddMethod(rpc)},
		Parts:  true,
	}))
}

// rpc is what the flags say.
func (o *addMethod) rpc(arg string) (rpc protofile.RPC, err error) {
	if rpc.Service, rpc.Name, err = serviceMethod(o.change.dir, arg); err != nil {
		return rpc, err
	}
	rpc.Doc, rpc.Response, rpc.Reads = o.text, o.response, o.reads
	if rpc.Response == "" {
		rpc.Response = "info"
	}
	if o.request != "" {
		fields, err := spec.ParseRequest(o.request)
		if err != nil {
			return rpc, fmt.Errorf("--request: %w", err)
		}
		for _, f := range fields {
			typ, doc := spec.RequestType(f)
			rules, present := render.RequestRules(f)
			if f.Description != "" {
				doc = f.Description
			}
			rpc.Request = append(rpc.Request, protofile.RPCField{
				Name: f.Name, Type: typ, Doc: doc, Values: f.Values, Zero: f.EnumZero(), Repeated: f.Repeated, Required: f.Required,
				Present: present, Rules: rules,
			})
		}
	}
	rpc.Verb, rpc.Path, err = parseHTTP(o.http)
	return rpc, err
}

// serviceMethod reads SERVICE.METHOD, as the repository at dir calls them.
func serviceMethod(dir, arg string) (service, method string, err error) {
	_, s, err := repository.ReadSpec(dir)
	if err != nil {
		return "", "", err
	}
	return s.ParseMethod(arg)
}

// parseHTTP reads "POST /v1/orders/{order_id}:cancel".
func parseHTTP(form string) (verb, path string, err error) {
	if form == "" || strings.EqualFold(form, "none") {
		return strings.ToLower(form), "", nil
	}
	verb, path, _ = strings.Cut(form, " ")
	verb, path = strings.ToUpper(verb), strings.TrimSpace(path)
	switch verb {
	case "GET", "POST", "PUT", "PATCH", "DELETE":
	default:
		return "", "", fmt.Errorf("--http: %q begins with no verb; write it as in 'POST /v1/orders/{order_id}:cancel', or none", form)
	}
	if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "\" \\\n\t") {
		return "", "", fmt.Errorf("--http: %q is no path; write it as in 'POST /v1/orders/{order_id}:cancel'", path)
	}
	return verb, path, nil
}

// callersMistake makes the caller's mistake of what the API says of the method that was asked for.
func callersMistake(err error) error {
	var method *protofile.MethodError
	if errors.As(err, &method) {
		return usageError{err}
	}
	return err
}

func removeMethodCommand(std stdio, p part) *cobra.Command {
	c := new(changeFlags)
	cmd := &cobra.Command{
		Use:   p.kind + " " + p.args,
		Short: "Remove a method that was added to a resource's API",
		Long: `remove method takes an rpc and its request out of the proto, with what
spacegen.yaml says of who may call it. Its file goes if nobody has written in it;
else it stays, and the report says so; --force deletes it.`,
		Example: "  spacegen remove method Order.cancel",
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := p.complete(cmd.Context(), std, c, "remove", args)
			if err != nil {
				return err
			}
			var edits []spec.Edit
			var protos []change.ProtoEdit
			for _, arg := range args {
				service, method, err := serviceMethod(c.dir, arg)
				if err != nil {
					return usageError{err}
				}
				edits = append(edits, spec.KeepRendered(service, method), spec.RemoveMethodRule(service+"."+method))
				protos = append(protos, change.RemoveMethod(service, method))
			}
			edits = append([]spec.Edit{spec.NeedLayers(p.kind)}, edits...)
			return callersMistake(c.run(cmd.Context(), std, change.Request{Edit: spec.All(edits...), Protos: protos, Parts: true}))
		},
	}
	c.register(cmd.Flags())
	cmd.Flags().BoolVar(&c.changes.Merge.Drop, "force", false, "delete its file even where you have written it")
	return cmd
}
