package render

import "github.com/cloudforet-io/spacegen/generator/layers"

// LayerRules are the rules of layers, for depguard.
func (v *View) LayerRules() []layers.Rule { return layers.Rules(v.Module) }
