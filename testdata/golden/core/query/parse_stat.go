package query

import "github.com/cloudforet-io/spacegen/core/apierror"

// named is a key and the name that its value gets.
type named struct {
	Key  string `json:"key"`
	K    string `json:"k"`
	Name string `json:"name"`
	N    string `json:"n"`
}

func (n named) read() SubField {
	f := SubField{Key: either(n.Key, n.K), Name: either(n.Name, n.N)}
	if f.Name == "" {
		f.Name = f.Key
	}
	return f
}

type groupKey struct {
	named
	DateFormat string `json:"date_format"`
}

type groupField struct {
	named
	Operator   string      `json:"operator"`
	O          string      `json:"o"`
	Fields     []named     `json:"fields"`
	Conditions []condition `json:"conditions"`
}

type stage struct {
	Unwind *unwind `json:"unwind"`
	Group  *struct {
		Keys   []groupKey   `json:"keys"`
		Fields []groupField `json:"fields"`
	} `json:"group"`
	Count *struct {
		Name string `json:"name"`
	} `json:"count"`
	Sort    sortKeys `json:"sort"`
	Project *struct {
		Fields      []projectField `json:"fields"`
		ExcludeKeys bool           `json:"exclude_keys"`
	} `json:"project"`
	Limit *int `json:"limit"`
	Skip  *int `json:"skip"`
}

func (s stage) read() (Stage, error) {
	switch {
	case s.Unwind != nil:
		u, err := s.Unwind.read()
		return Stage{Unwind: u}, err
	case s.Group != nil:
		g, err := s.readGroup()
		return Stage{Group: g}, err
	case s.Count != nil:
		if s.Count.Name == "" {
			return Stage{}, apierror.Query("aggregate.count needs a name.")
		}
		return Stage{Count: &Count{s.Count.Name}}, nil
	case s.Sort != nil:
		return Stage{Sort: s.Sort}, nil
	case s.Project != nil:
		p := &Project{ExcludeKeys: s.Project.ExcludeKeys}
		for _, f := range s.Project.Fields {
			field, err := f.read()
			if err != nil {
				return Stage{}, err
			}
			p.Fields = append(p.Fields, field)
		}
		return Stage{Project: p}, nil
	case s.Limit != nil && *s.Limit > 0:
		return Stage{Limit: s.Limit}, nil
	case s.Skip != nil && *s.Skip >= 0:
		return Stage{Skip: s.Skip}, nil
	default:
		return Stage{}, apierror.Query("A stage of aggregate is none of unwind, group, count, sort, project, limit, skip.")
	}
}

func (s stage) readGroup() (*Group, error) {
	g := &Group{}
	for _, k := range s.Group.Keys {
		f := k.read()
		g.Keys = append(g.Keys, GroupKey{Key: f.Key, Name: f.Name, DateFormat: k.DateFormat})
	}
	for _, f := range s.Group.Fields {
		part := f.read()
		field := GroupField{Key: part.Key, Name: part.Name, Operator: either(f.Operator, f.O)}
		if field.Name == "" {
			return nil, apierror.Query("A field of aggregate.group has no name.")
		}
		for _, sub := range f.Fields {
			field.Fields = append(field.Fields, sub.read())
		}
		var err error
		if field.Conditions, err = conditions(f.Conditions); err != nil {
			return nil, err
		}
		g.Fields = append(g.Fields, field)
	}
	return g, nil
}
