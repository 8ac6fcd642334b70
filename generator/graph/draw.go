package graph

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

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
			fmt.Fprintf(&out, "    %s[\"%s\"]\n", id, strings.ReplaceAll(n, `"`, "#quot;"))
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
	minWidth, boxHeight = 150, 30
	letter              = 8 // at most, of a name
	columnGap, rowGap   = 70, 14
	margin, titleHeight = 20, 30
)

// SVG draws the graph: a column for each layer, an arrow for each call.
func (g *Graph) SVG() string {
	at := map[string]box{}
	var boxes, arrows strings.Builder
	x, rows := margin, 0
	for _, l := range g.Layers {
		if len(l.Nodes) == 0 {
			continue
		}
		width := minWidth
		for _, n := range l.Nodes {
			width = max(width, letter*utf8.RuneCountInString(n)+16)
		}
		fmt.Fprintf(&boxes, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>\n", x, margin+12, escape(l.Name))
		for i, n := range l.Nodes {
			y := margin + titleHeight + i*(boxHeight+rowGap)
			at[l.Name+"."+n] = box{x, y + boxHeight/2, width}
			fmt.Fprintf(&boxes, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"#eef3fb\" stroke=\"#4a6fa5\"/>\n", x, y, width, boxHeight)
			fmt.Fprintf(&boxes, "<text x=\"%d\" y=\"%d\">%s</text>\n", x+8, y+20, escape(n))
		}
		x, rows = x+width+columnGap, max(rows, len(l.Nodes))
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&arrows, "<path d=\"%s\" fill=\"none\" stroke=\"#9aa7b8\" marker-end=\"url(#arrow)\"/>\n", arrow(at[e.From], at[e.To]))
	}
	width, height := x-columnGap+margin, 2*margin+titleHeight+rows*(boxHeight+rowGap)
	return fmt.Sprintf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n"+
		"<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M 0 0 L 8 4 L 0 8 z\" fill=\"#9aa7b8\"/></marker></defs>\n"+
		"<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n%s%s</svg>\n",
		max(width, minWidth), height, arrows.String(), boxes.String())
}

// A box is where a node is drawn: y is its middle.
type box struct{ x, y, width int }

// arrow leads from one box to another; within a column it goes round by the
// right.
func arrow(from, to box) string {
	switch right := from.x + from.width; {
	case to.x > from.x:
		return fmt.Sprintf("M %d %d L %d %d", right, from.y, to.x, to.y)
	case to.x < from.x:
		return fmt.Sprintf("M %d %d L %d %d", from.x, from.y, to.x+to.width, to.y)
	default:
		bend := right + columnGap/2
		return fmt.Sprintf("M %d %d C %d %d %d %d %d %d", right, from.y, bend, from.y, bend, to.y, right, to.y)
	}
}

func escape(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return out.String()
}
