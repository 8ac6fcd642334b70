package spec

// Parse reads a Spec, fills in its defaults and validates it. file is used
// in errors only. The error, if any, is of type Problems and names everything
// that is wrong; a file that cannot be understood is not validated further.
func Parse(file string, data []byte) (*Spec, error) {
	s, where, problems := decode(file, data)
	if len(problems) > 0 {
		return nil, problems
	}
	s = Defaults(s)
	v := &validator{file: file, where: where}
	v.spec(s)
	if len(v.problems) > 0 {
		return nil, v.problems.sorted()
	}
	return s, nil
}

// Decode reads a Spec as it stands, without defaults, and does not validate it.
// The error, if any, is of type Problems.
func Decode(file string, data []byte) (*Spec, error) {
	s, _, problems := decode(file, data)
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// Validate checks a Spec that was built in code, after Defaults. The error,
// if any, is of type Problems; its places are paths ("resources[0].name").
func (s *Spec) Validate() error {
	v := &validator{}
	v.spec(s)
	if len(v.problems) > 0 {
		return v.problems
	}
	return nil
}
