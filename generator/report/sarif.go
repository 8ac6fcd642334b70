package report

// SARIF gives findings in the form that code hosts read, the Static Analysis
// Results Interchange Format 2.1.0 (OASIS).
func SARIF(findings []Finding, version string) any {
	type object = map[string]any
	results, rules := []object{}, []object{}
	seen := map[string]bool{}
	for _, f := range findings {
		if !seen[f.Rule] {
			seen[f.Rule] = true
			rules = append(rules, object{"id": f.Rule})
		}
		results = append(results, object{
			"ruleId":  f.Rule,
			"level":   level(f),
			"message": object{"text": f.Path + " " + f.Message},
			"locations": []object{{"physicalLocation": object{
				"artifactLocation": object{"uri": f.Path},
				"region":           object{"startLine": max(f.Line, 1)},
			}}},
		})
	}
	return object{
		"version": "2.1.0",
		"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
		"runs": []object{{
			"tool":    object{"driver": object{"name": "spacegen", "version": version, "rules": rules}},
			"results": results,
		}},
	}
}

func level(f Finding) string {
	if f.Note {
		return "note"
	}
	return "error"
}
