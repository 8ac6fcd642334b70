package guard

import "github.com/cloudforet-io/spacegen/core/pipeline"

// unasked is a method that nobody is asked for a token before: those who call it
// have none yet, or want to know how to check one.
//
// None runs in a database transaction. So none is held while a password is
// compared, which takes its time.
func unasked(resource, verb string) pipeline.Method {
	return pipeline.Method{
		Resource:  resource,
		Verb:      verb,
		Piecemeal: true,
		Exclude:   []pipeline.Kind{pipeline.Authentication, pipeline.Authorization, pipeline.Mutation},
	}
}
