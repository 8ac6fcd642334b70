package trial

import (
	"encoding/xml"
	"fmt"
	"io"
)

// The elements of JUnit's XML, as far as CI systems read them.
type (
	junitSuite struct {
		XMLName  xml.Name    `xml:"testsuite"`
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitMessage `xml:"failure"`
		Skipped *junitMessage `xml:"skipped"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the report as JUnit's XML: a test for each fault, one for each check that
// found none, and one for each thing that was skipped.
func (r *Report) JUnit(w io.Writer) error {
	suite := junitSuite{Name: r.Overlay, Failures: len(r.Failures), Skipped: len(r.Skipped)}
	for _, check := range Checks() {
		class := r.Overlay + "." + string(check)
		found := false
		for _, f := range r.Failures {
			if f.Check == check {
				found = true
				suite.Cases = append(suite.Cases, junitCase{Class: class, Name: f.At, Failure: &junitMessage{f.Message, f.String()}})
			}
		}
		if !found {
			suite.Cases = append(suite.Cases, junitCase{Class: class, Name: "all files"})
		}
	}
	for _, why := range r.Skipped {
		suite.Cases = append(suite.Cases, junitCase{Class: r.Overlay, Name: why, Skipped: &junitMessage{Message: why}})
	}
	suite.Tests = len(suite.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(suite); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}
