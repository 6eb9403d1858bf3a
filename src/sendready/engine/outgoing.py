"""Whether mail goes out now, and passes: what somebody wants to know of a broken domain before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sendready.checks.neighbours import held_above, nothing_sends, senders_at
from sendready.mailauth.alignment import Outlook, predict
from sendready.model.identity import OnMxFailure, SesIdentity, Status
from sendready.model.observation import Observation, Seen


class Reach(StrEnum):
    """Whom a message from this identity reaches, as far as SES decides it."""

    NOBODY = "nobody"
    """SES refuses to send."""
    VERIFIED = "verified"
    """The account is in the sandbox: verified recipients and the simulator."""
    ANYONE = "anyone"
    UNKNOWN = "unknown"
    """SES could not be asked."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What becomes of a message sent now."""

    reach: Reach
    passes: Outlook
    """Whether it passes DMARC, or would where there is a policy: one leg vouches for the From domain."""
    alone: str = ""
    """The only leg that it passes by, `DKIM` or `SPF`, where the other one does not; empty: both, or not known."""
    why: str = ""
    """Why SES refuses it, or why nothing vouches for it, as a clause; empty where all is well."""
    policy: str = ""
    """What the From domain asks receivers to do with mail that nothing vouches for; empty: nothing."""
    lapsing: bool = False
    """Whether SES has noticed that its records are gone, and goes on only for some days."""
    through: str = ""
    """The identity above that sends for a name without one of its own; only a look at that one tells more."""


def outgoing(seen: Observation) -> Outgoing:
    """Judges one observation: the settings that decide are those of the most specific identity there is.

    Refusals: the account (`GetAccount`), the identity (`VerifiedForSendingStatus`), its MAIL FROM
    (`BehaviorOnMxFailure`), its default configuration set (SES developer guide, SendEmail errors).
    """
    account, ses = seen.account_seen, seen.ses_identity
    above = held_above(seen) if seen.identity_missing else None
    found = seen.dmarc_seen
    policy = (found.policy or "") if found is not None else ""
    if refused := _refused_by_account(seen) or _refused_by_identity(seen, ses or above):
        return Outgoing(Reach.NOBODY, Outlook.UNKNOWN, why=refused, policy=policy)
    if account is None or (ses is None and above is None):
        return Outgoing(Reach.UNKNOWN, Outlook.UNKNOWN, policy=policy)
    reach = Reach.ANYONE if account.production else Reach.VERIFIED
    if ses is None and above is not None:  # its records, and whether its set is there, were not looked at
        return Outgoing(reach, Outlook.UNKNOWN, policy=policy, through=above.name)
    told = predict(seen)
    legs = (told.dkim.aligned, told.spf.aligned)
    passes = Outlook.PASS if True in legs else told.dmarc
    alone = "DKIM" if legs == (True, False) else "SPF" if legs == (False, True) else ""
    lapsing = ses is not None and Status.TEMPORARY_FAILURE in (ses.status, ses.dkim.status)
    why = "" if passes is Outlook.PASS else told.dkim.why
    return Outgoing(reach, passes, alone, why, policy, lapsing)


def _refused_by_account(seen: Observation) -> str:
    """Why SES takes no message from this account; empty where it does, or where that is not known."""
    account = seen.account_seen
    if account is None:
        return ""
    if account.enforcement == "SHUTDOWN":
        return "AWS has stopped sending from this account"
    if not account.sending_enabled:
        return "sending is paused for the whole account"
    return "the daily quota is used up" if 0 <= account.daily_quota <= account.sent else ""


def _refused_by_identity(seen: Observation, held: SesIdentity | None) -> str:
    """Why SES takes no message by the settings of an identity; empty where it does, or where that is not known."""
    if held is None:
        if not (seen.identity_missing and nothing_sends(seen)):
            return ""
        if only := senders_at(seen, seen.identity.domain):
            return f"SES takes mail from {', '.join(only)} only"
        elsewhere = [one.region for one in seen.around.found_in()] if seen.around is not None else []
        if elsewhere:
            return f"SES has {seen.identity.name} in {', '.join(elsewhere)}, and not in {seen.region}"
        return f"SES has no {seen.identity.name} in {seen.region}"
    if not held.verified:
        return f"{held.name} is not verified"
    bounces = held.mail_from
    if bounces and bounces.on_mx_failure is OnMxFailure.REJECT_MESSAGE and bounces.status is not Status.SUCCESS:
        return f"the identity refuses mail while {bounces.domain} is not ready (REJECT_MESSAGE)"
    looked = seen.around.configuration_set if seen.around is not None else None
    if held.configuration_set is None or not isinstance(looked, Seen) or held is not seen.ses_identity:
        return ""
    if looked.value is None:
        return f"its configuration set {held.configuration_set} does not exist"
    return "" if looked.value.sending else f"sending is paused for its configuration set {looked.value.name}"
