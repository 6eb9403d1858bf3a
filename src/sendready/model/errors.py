"""Everything that can go wrong, each with its exit code and its way out; raised where known, printed in one place."""

from __future__ import annotations

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
    """An error that a person can act on: one sentence, an optional hint, an exit code."""

    exit_code = ExitCode.BROKEN

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadInput(SendreadyError):
    """A value the user gave cannot be used; the hint says what would be (ENV019)."""

    exit_code = ExitCode.USAGE


class MissingAnswer(BadInput):
    """An answer is needed and nothing gave it; names the flag, so a script knows what to pass."""


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
