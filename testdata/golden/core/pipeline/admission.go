package pipeline

import "context"

// An Admission lets a stream use up what there is only so much of, or refuses it. It
// is asked once it is known who calls. heard says whether that much is certain: the
// caller is identified, or his request is there. Somebody who is neither may be
// silent for ever.
type Admission func(ctx context.Context, heard bool) error

type admissionKey struct{}

// WithAdmission gives a context whose stream needs admission.
func WithAdmission(ctx context.Context, a Admission) context.Context {
	return context.WithValue(ctx, admissionKey{}, a)
}

// admit asks for admission, where the stream needs one.
func admit(ctx context.Context, heard bool) error {
	if a, ok := ctx.Value(admissionKey{}).(Admission); ok {
		return a(ctx, heard)
	}
	return nil
}
