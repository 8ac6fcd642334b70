package service_test

// atLeast counts the texts that sort at a text or behind it, byte by byte.
func atLeast(texts []string, least string) int {
	n := 0
	for _, text := range texts {
		if text >= least {
			n++
		}
	}
	return n
}
