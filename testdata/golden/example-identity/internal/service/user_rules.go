package service

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zones of users are known wherever the service runs

	"github.com/cloudforet-io/spacegen/core/apierror"

	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

var emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

// complete fills in what was left open of a user, and checks the rest.
func complete(item *model.User) error {
	item.Name, item.Email = strings.TrimSpace(item.Name), strings.TrimSpace(item.Email)
	item.AuthType = cmp.Or(item.AuthType, model.LocalAuth)
	item.Language, item.Timezone = cmp.Or(item.Language, "en"), cmp.Or(item.Timezone, "UTC")
	if item.Email != "" && !emailForm.MatchString(item.Email) {
		return invalid("ERROR_INCORRECT_EMAIL_FORMAT", "%q is no e-mail address.", item.Email)
	}
	if _, err := time.LoadLocation(item.Timezone); err != nil {
		return apierror.Invalid("timezone", "no time zone of the IANA database, such as Asia/Seoul, is called so")
	}
	return nil
}

// refuseMailAndMFA refuses what would send a mail, or ask for a second factor.
func refuseMailAndMFA(resetPassword bool, mfaState, mfaType string) error {
	switch {
	case resetPassword:
		return errMail("reset_password")
	case mfaState == "ENABLED":
		return errMFA("enforce_mfa_state")
	case mfaType != "":
		return errMFA("enforce_mfa_type")
	default:
		return nil
	}
}

func errMFA(key string) *apierror.Error {
	return apierror.Invalid(key, "this service asks nobody for a second factor")
}

// setPassword stores a new password, with the columns named, and ends the
// sessions that were begun with the old one: before, so that none is left if
// something fails halfway, and again after, for those begun in between.
func setPassword(
	ctx context.Context, users manager.User, sessions manager.Session, item *model.User, password string, columns ...string,
) error {
	same, err := users.HasPassword(ctx, item, password)
	if err != nil {
		return err
	}
	if same {
		return invalid("ERROR_PASSWORD_NOT_CHANGED", "It is the password that %s has.", item.UserID)
	}
	if err := users.SetPassword(ctx, item, password); err != nil {
		return err
	}
	item.RequiredActions = without(item.RequiredActions, model.UpdatePassword)
	if err := sessions.EndOfUser(ctx, item.DomainID, item.UserID); err != nil {
		return err
	}
	columns = append(columns, "password_hash", "required_actions")
	if err := users.Update(ctx, model.Scope{DomainID: item.DomainID}, item, columns...); err != nil {
		return err
	}
	return sessions.EndOfUser(ctx, item.DomainID, item.UserID)
}

// without gives a list without some of its elements.
func without(list []string, some ...string) []string {
	var rest []string
	for _, one := range list {
		if !slices.Contains(some, one) {
			rest = append(rest, one)
		}
	}
	return rest
}
