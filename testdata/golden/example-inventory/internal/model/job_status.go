package model

// The statuses of a job.
const (
	JobInProgress = "IN_PROGRESS"
	JobSuccess    = "SUCCESS"
	JobFailure    = "FAILURE"
)

// maxFailures is how many failures a job tells of; it counts them all.
const maxFailures = 20

// Fail counts an answer that could not be kept, and why.
func (j *Job) Fail(reason string) {
	j.FailureCount++
	if len(j.Failures) < maxFailures {
		j.Failures = append(j.Failures, reason)
	}
}
