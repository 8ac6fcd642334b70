package model

import "strings"

// The statuses of a job.
const (
	JobInProgress = "IN_PROGRESS"
	JobSuccess    = "SUCCESS"
	JobFailure    = "FAILURE"
)

const (
	// maxFailures is how many failures a job tells of; it counts them all.
	maxFailures = 20
	// maxReason is how much of a reason is kept, in bytes: plugins choose the words.
	maxReason = 1000
)

// Fail counts an answer that could not be kept, and why.
func (j *Job) Fail(reason string) {
	j.FailureCount++
	if len(j.Failures) < maxFailures {
		j.Failures = append(j.Failures, told(reason))
	}
}

// End notes that the job succeeded or why it failed.
func (j *Job) End(failed error) {
	j.Status, j.Error = JobSuccess, ""
	if failed != nil {
		j.Status, j.Error = JobFailure, told(failed.Error())
	}
}

// told is a reason as it is kept.
func told(reason string) string {
	reason = strings.ReplaceAll(reason, "\x00", "") // which no database keeps
	if len(reason) <= maxReason {
		return reason
	}
	return strings.ToValidUTF8(reason[:maxReason], "") + "…"
}
