"""Everything that can go wrong, each with its exit code and its way out; raised where known, printed in one place."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code means; the contract with scripts."""

    DONE = 0
    """Ready, or done, or nothing to change."""
    BROKEN = 1
    """The domain is broken, a change failed or a conflict was left alone."""
    USAGE = 2
    """The command line or an answer was wrong; nothing was looked at."""
    CANNOT_LOOK = 3
    """Credentials, a permission or the network kept us from looking."""
    NOT_YET = 4
    """Waiting, incomplete or timed out; running the same command later goes on."""
    CHANGES_PENDING = 5
    """`plan` only: there is something to change."""
    INTERRUPTED = 130
    """Ctrl-C. Nothing is lost; the same command goes on."""
    NOT_READ = 141
    """Whoever read our output has closed it, so the rest was never said (128 + SIGPIPE, as shells count it)."""


class SendreadyError(Exception):
    """An error that a person can act on: one sentence, what it is about one by one, an optional hint, an exit code."""

    exit_code = ExitCode.BROKEN

    def __init__(self, message: str, hint: str | None = None, *, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)


class BadInput(SendreadyError):
    """A value the user gave cannot be used; the hint says what would be (ENV019, ENV020)."""

    exit_code = ExitCode.USAGE


class MissingAnswer(BadInput):
    """An answer is needed and nothing gave it; names the flag, so a script knows what to pass."""


class PlanOutdated(SendreadyError):
    """A saved plan was made for a state of things that is no more; nothing of it was done."""


class StateError(SendreadyError):
    """The state directory cannot be read or written."""

    exit_code = ExitCode.CANNOT_LOOK


class AwsError(SendreadyError):
    """An AWS call that did not work, translated once in `world.aws.errors`.

    `action` is the IAM action, such as `ses:GetEmailIdentity`; `code` is AWS's own error code.
    """

    exit_code = ExitCode.CANNOT_LOOK
    check_id = "ENV016"
    """The catalogue entry this error is reported under."""

    def __init__(self, message: str, hint: str | None = None, *, action: str = "", code: str = "") -> None:
        super().__init__(message, hint)
        self.action = action
        self.code = code


class NotFound(AwsError):
    """AWS says that the named thing does not exist; never concluded from an HTTP 404 alone."""


class AlreadyExists(AwsError):
    """The thing to be created is there already."""

    exit_code = ExitCode.BROKEN


class Conflict(AwsError):
    """Refused because of the state things are in, such as a second access request under review (HTTP 409)."""

    exit_code = ExitCode.BROKEN


class Rejected(AwsError):
    """AWS understood the request and refused it: bad value, unverified sender, paused account."""

    exit_code = ExitCode.BROKEN


class Refused(Rejected):
    """SES refused to send one message; each subclass is one reason."""


class SenderNotVerified(Refused):
    """SES has not verified the From address or its domain in this region."""

    check_id = "SES003"


class RecipientNotVerified(Refused):
    """In the sandbox: the recipient is not verified."""

    check_id = "SES005"


class SendingPaused(Refused):
    """Sending is paused for the whole account in this region."""

    check_id = "SES007"


class AccountSuspended(Refused):
    """AWS has stopped the account's sending for good."""

    check_id = "SES008"


class QuotaUsedUp(Refused):
    """As many recipients as the account may have in 24 hours were sent to."""

    check_id = "SES009"


class SendingTooFast(Refused):
    """More messages a second than the account may send; somebody else is sending too."""

    check_id = "SES009"


class ConfigurationSetGone(Refused):
    """The configuration set that the message names does not exist in this region."""

    check_id = "SES011"


class ConfigurationSetPaused(Refused):
    """Sending is switched off for the configuration set that the message names."""

    check_id = "SES012"


class MailFromNotVerified(Refused):
    """The MAIL FROM domain is not verified, and the identity is set to refuse mail then."""

    check_id = "MFR019"


class EventsLost(Rejected):
    """SES took the messages, and what became of them was never heard; `check_id` is the hop that lost it."""

    check_id = "SES014"

    def __init__(self, message: str, hint: str | None = None, *, check_id: str = "SES014") -> None:
        super().__init__(message, hint)
        self.check_id = check_id


class Throttled(AwsError):
    """Still throttled after every permitted attempt."""

    check_id = "ENV017"


class AccessDenied(AwsError):
    """The credentials may not do `action`."""

    check_id = "ENV015"


class NoCredentials(AwsError):
    """No credentials were found anywhere boto3 looks."""

    check_id = "ENV010"


class ExpiredCredentials(AwsError):
    """The session token or SSO session has ended."""

    check_id = "ENV011"


class MfaNeeded(AwsError):
    """The profile wants a one-time code and nobody is there to type it."""

    check_id = "ENV010"


class NoRegion(AwsError):
    """No region is configured, or SES has none there."""

    check_id = "ENV013"


class RegionNotEnabled(AwsError):
    """The region is opt-in and the account has not enabled it."""

    check_id = "ENV018"


class Unreachable(AwsError):
    """The endpoint could not be reached: DNS, connection, TLS, proxy or time-out."""


class ClockSkew(AwsError):
    """AWS refuses requests whose time is more than five minutes off."""

    check_id = "ENV009"


class ServiceFailure(AwsError):
    """AWS answered with an internal error, or with something that is not AWS's."""
