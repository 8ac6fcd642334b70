package scheduler

import (
	"fmt"
	"strings"
	"unicode"
)

// jobs finds jobs by what the configuration calls them.
type jobs struct {
	service string
	byName  map[string]Job
	known   []string
}

func index(service string, list []Job) (jobs, error) {
	all := jobs{service: plain(service), byName: map[string]Job{}}
	for _, job := range list {
		if job.Create == nil {
			return jobs{}, fmt.Errorf("job %q has no Create", job.Name)
		}
		name := all.key(job.Name)
		if _, taken := all.byName[name]; taken {
			return jobs{}, fmt.Errorf("two jobs are called %q; rename one", job.Name)
		}
		all.byName[name] = job
		all.known = append(all.known, job.Name)
	}
	return all, nil
}

func (j jobs) find(backend string) (Job, error) {
	last := backend[strings.LastIndexAny(backend, ".:")+1:]
	if job, ok := j.byName[j.key(last)]; ok && last != "" {
		return job, nil
	}
	return Job{}, fmt.Errorf("unknown backend %q; known are %s", backend, strings.Join(j.known, ", "))
}

// key is what remains of a name without the parts that may be left out. A name
// is not reduced to nothing.
func (j jobs) key(name string) string {
	key := plain(name)
	if short := strings.TrimSuffix(key, "scheduler"); short != "" {
		key = short
	}
	if short := strings.TrimPrefix(key, j.service); short != "" {
		key = short
	}
	return key
}

func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
