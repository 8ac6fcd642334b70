package render

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// What rendering one repository may take. Templates are other people's programs,
// and one that does not end, or grows without end, is stopped.
const (
	maxWork  = 3_000_000 // units of work: a turn of a loop, a call and 64 bytes that it sees are 1, 8 and 1
	maxValue = 4 << 20   // bytes of a value that a function takes or gives
	maxFile  = 16 << 20  // bytes of a file
	maxTree  = 256 << 20 // bytes of all files
	maxFiles = 20_000
)

// An unbounded error is what a template that asks for more than that ends with.
type unbounded struct{ how string }

func (e unbounded) Error() string { return "the template does not end, or grows without end: " + e.how }

// A budget is what is left for the templates of one rendering.
type budget struct {
	ctx   context.Context //nolint:containedctx // that of one rendering, which functions of templates have no other way to
	funcs template.FuncMap
	out   *bytes.Buffer // of the template that is being executed
	work  int
	bytes int
	files int
}

func newBudget(ctx context.Context) *budget {
	b := &budget{ctx: ctx, out: new(bytes.Buffer), work: maxWork, bytes: maxTree, files: maxFiles}
	b.funcs = template.FuncMap{turn: b.turn}
	for name, f := range functions() {
		b.funcs[name] = b.bounded(name, f)
	}
	return b
}

// turn is the name of the function that each turn of a loop and each template
// begins with. No template can call it, since it is unknown when they are parsed.
const turn = "turn"

func (b *budget) turn() (string, error) {
	if b.out.Len() > maxFile {
		return "", unbounded{fmt.Sprintf("it has written %d bytes", b.out.Len())}
	}
	return "", b.spend(1)
}

func (b *budget) spend(work int) error {
	if b.work -= work; b.work < 0 {
		return unbounded{fmt.Sprintf("it was stopped after %d steps", maxWork)}
	}
	return b.ctx.Err()
}

// take counts a file that was rendered.
func (b *budget) take(body []byte) error {
	b.files--
	b.bytes -= len(body)
	switch {
	case b.files < 0:
		return fmt.Errorf("the template sets emit more than %d files", maxFiles)
	case b.bytes < 0:
		return fmt.Errorf("the template sets emit more than %d bytes", maxTree)
	}
	return nil
}

// unpredictable are functions of sprig's hermetic ones whose results follow from the
// clock, the time zone or chance, or that take a second each.
var unpredictable = strings.Fields(`ago toDate mustToDate randInt shuffle encryptAES genPrivateKey genCA genCAWithKey genSelfSignedCert
	genSelfSignedCertWithKey genSignedCert genSignedCertWithKey derivePassword htpasswd bcrypt`)

// functions are those that templates have: sprig's, as far as nothing but the Spec
// decides what comes out, and those of text/template that build strings. The map is
// for reading.
var functions = sync.OnceValue(func() template.FuncMap {
	funcs := sprig.HermeticTxtFuncMap()
	for _, name := range unpredictable {
		delete(funcs, name)
	}
	for name, f := range texts() {
		funcs[name] = f
	}
	for name, f := range map[string]any{
		"print": fmt.Sprint, "println": fmt.Sprintln, "printf": fmt.Sprintf, "html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
	} {
		funcs[name] = f
	}
	return funcs
})

// bounded gives a function that refuses to take, or to give, more than a value may
// hold. What it panics with, the template ends with.
func (b *budget) bounded(name string, f any) any {
	function := reflect.ValueOf(f)
	return reflect.MakeFunc(function.Type(), func(args []reflect.Value) []reflect.Value {
		b.see(name, grows(name, args))
		var results []reflect.Value
		if function.Type().IsVariadic() {
			results = function.CallSlice(args)
		} else {
			results = function.Call(args)
		}
		b.see(name, weight(results, maxValue))
		return results
	}).Interface()
}

func (b *budget) see(name string, size int) {
	if size > maxValue {
		panic(unbounded{fmt.Sprintf("%s is about more than %d bytes", name, maxValue)})
	}
	if err := b.spend(8 + size/64); err != nil {
		panic(err)
	}
}

// weight gives the bytes of strings, lists and maps, as if each stood alone, up to
// a limit. What the Spec is made of has none: it does not grow.
func weight(values []reflect.Value, limit int) int {
	sum := 0
	for _, v := range values {
		for v.IsValid() && v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if !v.IsValid() || sum > limit {
			continue
		}
		sum += 8
		switch v.Kind() { //nolint:exhaustive // all else is small
		case reflect.String:
			sum += v.Len()
		case reflect.Slice, reflect.Array:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				sum += v.Len()
				continue
			}
			for i := 0; i < v.Len() && sum <= limit; i++ {
				sum += weight([]reflect.Value{v.Index(i)}, limit-sum)
			}
		case reflect.Map:
			for entries := v.MapRange(); sum <= limit && entries.Next(); {
				sum += weight([]reflect.Value{entries.Key(), entries.Value()}, limit-sum)
			}
		}
	}
	return sum
}

// wide is a width or precision of printf beyond reason, or one that an argument says.
var wide = regexp.MustCompile(`%[^a-zA-Z%]*([0-9]{4}|\*)`)

// grows gives the bytes that a function makes of arguments which are small
// themselves: its result, and what lies between.
func grows(name string, args []reflect.Value) int {
	text := func(i int) int {
		if i >= len(args) {
			return 0
		}
		return weight(args[i:i+1], maxValue)
	}
	number := func(i int) int { return count(args, i) }
	all := weight(args, maxValue)
	switch strings.TrimPrefix(name, "must") {
	case "repeat":
		return product(number(0), text(1))
	case "until":
		return product(number(0), 8)
	case "untilStep":
		return product(number(1)+number(0), 8)
	case "seq":
		most := 0
		for i := range sequence(args).Len() {
			most = max(most, count([]reflect.Value{sequence(args).Index(i)}, 0))
		}
		return product(2*most, 20)
	case "indent", "nindent":
		return product(number(0)+1, text(1))
	case "join", "replace", "regexReplaceAll", "RegexReplaceAll", "regexReplaceAllLiteral", "RegexReplaceAllLiteral", "wrapWith", "regexSplit", "RegexSplit",
		"regexFindAll", "RegexFindAll", "regexFind", "RegexFind", "regexMatch", "RegexMatch", "split", "splitList", "splitn":
		return product(all/8+1, all/8+1)
	case "printf":
		if format := args[0].String(); wide.MatchString(format) {
			return maxValue + 1
		} else if len(args) > 1 {
			return product(strings.Count(format, "%"), text(1))
		}
	}
	return all
}

// sequence gives the arguments of a variadic function.
func sequence(args []reflect.Value) reflect.Value { return args[len(args)-1] }

// count gives the size of a number among the arguments, whatever its type.
func count(args []reflect.Value, i int) int {
	v := args[i]
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch {
	case !v.IsValid():
		return 0
	case v.CanInt():
		return int(min(max(v.Int(), -v.Int()), maxValue+1))
	case v.CanUint():
		return int(min(v.Uint(), maxValue+1))
	case v.CanFloat():
		return int(min(max(v.Float(), -v.Float()), maxValue+1))
	default:
		return 0
	}
}

// product multiplies two sizes, up to more than a value may hold.
func product(a, b int) int {
	if a > 0 && b > maxValue/a {
		return maxValue + 1
	}
	return a * b
}
