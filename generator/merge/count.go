package merge

// Counts are numbers of files, by what becomes of them.
type Counts struct {
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Merged    int `json:"merged"`
	Deleted   int `json:"deleted"`
	Conflicts int `json:"conflicts"`
	Waiting   int `json:"waiting"` // they lie outside of a sparse checkout
	Loses     int `json:"loses"`   // of those written: what people wrote in them goes
}

// Count counts changes.
func Count(changes []FileChange) (n Counts) {
	for _, c := range changes {
		switch c.Action {
		case Create:
			n.Created++
		case Update:
			n.Updated++
		case Merge:
			n.Merged++
		case Delete:
			n.Deleted++
		case Conflict:
			n.Conflicts++
		case Away:
			n.Waiting++
		case Keep, Absent:
		}
		if c.Loses {
			n.Loses++
		}
	}
	return n
}

// Written is how many files are written, but for those with conflicts.
func (n Counts) Written() int { return n.Created + n.Updated + n.Merged }

// Changed is how many files are written or deleted, but for those with conflicts.
func (n Counts) Changed() int { return n.Written() + n.Deleted }
