package trial

// covering gives rows, of one value of each dimension, in which any values of any three
// dimensions occur together. The first row has the first value of each. Each row takes
// what brings the most of what is missing; the same dimensions give the same rows.
func covering[T any](dimensions [][]T) [][]int {
	var triples [][3]int
	for a := range dimensions {
		for b := a + 1; b < len(dimensions); b++ {
			for c := b + 1; c < len(dimensions); c++ {
				triples = append(triples, [3]int{a, b, c})
			}
		}
	}
	type together struct{ triple, a, b, c int }
	var missing []together
	left := map[together]bool{}
	for i, t := range triples {
		for a := range dimensions[t[0]] {
			for b := range dimensions[t[1]] {
				for c := range dimensions[t[2]] {
					missing = append(missing, together{i, a, b, c})
					left[together{i, a, b, c}] = true
				}
			}
		}
	}
	// brings counts what a row, of which -1 is open, has that is missing.
	brings := func(row []int) (n int) {
		for i, t := range triples {
			if left[together{i, row[t[0]], row[t[1]], row[t[2]]}] {
				n++
			}
		}
		return n
	}
	var rows [][]int
	for next := make([]int, len(dimensions)); len(left) > 0; {
		for i, t := range triples {
			delete(left, together{i, next[t[0]], next[t[1]], next[t[2]]})
		}
		rows = append(rows, next)
		next = make([]int, len(dimensions))
		for i := range next {
			next[i] = -1
		}
		for _, m := range missing {
			if left[m] {
				t := triples[m.triple]
				next[t[0]], next[t[1]], next[t[2]] = m.a, m.b, m.c
				break
			}
		}
		for d := range next {
			if next[d] >= 0 {
				continue
			}
			best, most := 0, -1
			for value := range dimensions[d] {
				next[d] = value
				if n := brings(next); n > most {
					best, most = value, n
				}
			}
			next[d] = best
		}
	}
	return rows
}
