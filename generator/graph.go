package generator

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A Graph is the parts of a service by layer, and what calls what.
type Graph struct {
	Layers []GraphLayer
	Edges  []GraphEdge
}

// A GraphLayer is one layer, from the outside in.
type GraphLayer struct {
	Name  string
	Nodes []string // identifiers are LAYER.NAME
}

// A GraphEdge says that one part calls another.
type GraphEdge struct{ From, To string }

// Diagram gives the graph of the service in the repository at dir.
func Diagram(ctx context.Context, dir string) (g *Graph, err error) {
	p, _, err := repository.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	s, err := spec.Parse(spec.FileName, p.SpecText)
	if err != nil {
		return nil, err
	}
	return graphOf(s), nil
}

func graphOf(s *spec.Spec) *Graph {
	if s.Kind == spec.KindPlatform {
		return platformGraph(s.Platform)
	}
	b := graphBuilder{graph: new(Graph)}
	for _, layer := range []string{"interface", "handler", "service", "manager", "connector", "outside"} {
		b.graph.Layers = append(b.graph.Layers, GraphLayer{Name: layer})
	}
	for _, server := range s.Servers {
		from := b.node("interface", string(server))
		if server == spec.SchedulerServer {
			b.edge(from, b.node("outside", "queue"))
			continue
		}
		if server == spec.WorkerServer {
			b.edge(b.node("outside", "queue"), from)
		}
		b.edge(from, b.node("handler", "pipeline"))
	}
	for _, h := range s.Handlers {
		b.edge(b.node("handler", "pipeline"), b.node("handler", h.Naming("handler").Pascal()))
	}
	served := s.Has(spec.GRPCServer) || s.Has(spec.RESTServer) || s.Has(spec.WorkerServer)
	service := func(name string) string {
		to := b.node("service", name)
		if served {
			b.edge(b.node("handler", "pipeline"), to)
		}
		return to
	}
	for _, r := range s.Resources {
		name := r.Naming().Pascal()
		from, to := service(name), b.node("manager", name)
		b.edge(from, to)
		if s.HasCache() {
			b.edge(to, b.node("outside", "cache ("+string(s.Cache)+")"))
		}
		store := b.node("connector", name)
		b.edge(to, store)
		database := "memory"
		if s.HasDatabase() {
			database = string(s.Database)
		}
		b.edge(store, b.node("outside", database))
	}
	for _, c := range s.Services {
		service(c.Naming("service").Pascal())
	}
	if s.Has(spec.WorkerServer) {
		census := service("Census")
		for _, r := range s.Resources {
			b.edge(census, b.node("manager", r.Naming().Pascal()))
		}
	}
	for _, c := range s.Managers {
		b.node("manager", c.Naming("manager").Pascal())
	}
	for _, c := range s.Connectors {
		b.edge(b.node("connector", c.Naming("connector").Pascal()), b.node("outside", c.Naming("connector").Kebab()))
	}
	return b.graph
}

type graphBuilder struct{ graph *Graph }

// node gives the identifier of a node, added if need be.
func (b graphBuilder) node(layer, name string) string {
	for i := range b.graph.Layers {
		l := &b.graph.Layers[i]
		if l.Name != layer {
			continue
		}
		for _, n := range l.Nodes {
			if n == name {
				return layer + "." + name
			}
		}
		l.Nodes = append(l.Nodes, name)
	}
	return layer + "." + name
}

func (b graphBuilder) edge(from, to string) {
	for _, e := range b.graph.Edges {
		if e.From == from && e.To == to {
			return
		}
	}
	b.graph.Edges = append(b.graph.Edges, GraphEdge{from, to})
}

// Mermaid writes the graph as a Mermaid flowchart, which GitHub shows.
func (g *Graph) Mermaid() string {
	var out strings.Builder
	ids := map[string]string{}
	out.WriteString("flowchart LR\n")
	for _, l := range g.Layers {
		if len(l.Nodes) == 0 {
			continue
		}
		fmt.Fprintf(&out, "  subgraph %s\n", l.Name)
		for _, n := range l.Nodes {
			id := fmt.Sprintf("n%d", len(ids)+1)
			ids[l.Name+"."+n] = id
			fmt.Fprintf(&out, "    %s[\"%s\"]\n", id, n)
		}
		out.WriteString("  end\n")
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&out, "  %s --> %s\n", ids[e.From], ids[e.To])
	}
	return out.String()
}

// The measures of the SVG, in pixels.
const (
	boxWidth, boxHeight = 150, 30
	columnGap, rowGap   = 70, 14
	margin, titleHeight = 20, 30
)

// SVG draws the graph: a column for each layer, a line for each call.
func (g *Graph) SVG() string {
	type point struct{ x, y int }
	at := map[string]point{}
	var boxes, lines strings.Builder
	column, rows := 0, 0
	for _, l := range g.Layers {
		if len(l.Nodes) == 0 {
			continue
		}
		x := margin + column*(boxWidth+columnGap)
		fmt.Fprintf(&boxes, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>\n", x, margin+12, escape(l.Name))
		for i, n := range l.Nodes {
			y := margin + titleHeight + i*(boxHeight+rowGap)
			at[l.Name+"."+n] = point{x, y}
			fmt.Fprintf(&boxes, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"#eef3fb\" stroke=\"#4a6fa5\"/>\n", x, y, boxWidth, boxHeight)
			fmt.Fprintf(&boxes, "<text x=\"%d\" y=\"%d\">%s</text>\n", x+8, y+20, escape(n))
		}
		column, rows = column+1, max(rows, len(l.Nodes))
	}
	for _, e := range g.Edges {
		from, to := at[e.From], at[e.To]
		x1, x2 := from.x+boxWidth, to.x
		if to.x <= from.x {
			x1, x2 = from.x, to.x+boxWidth
		}
		fmt.Fprintf(&lines, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#9aa7b8\"/>\n", x1, from.y+boxHeight/2, x2, to.y+boxHeight/2)
	}
	width := 2*margin + column*(boxWidth+columnGap) - columnGap
	height := 2*margin + titleHeight + rows*(boxHeight+rowGap)
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n%s%s</svg>\n",
		width, height, lines.String(), boxes.String())
}

func escape(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return out.String()
}
