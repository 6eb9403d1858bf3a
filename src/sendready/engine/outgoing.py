"""Whether mail goes out now, and passes: what somebody wants to know of a broken domain before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sendready.checks.configuration_set import configuration_set
from sendready.checks.neighbours import signing_above
from sendready.mailauth.alignment import Outlook, predict
from sendready.model.identity import OnMxFailure, Status
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


def outgoing(seen: Observation) -> Outgoing:
    """Judges one observation: the settings that decide are those of the most specific identity there is.

    Refusals: the account (`GetAccount`), the identity (`VerifiedForSendingStatus`), its MAIL FROM
    (`BehaviorOnMxFailure`), its default configuration set (SES developer guide, SendEmail errors).
    """
    refused = _refused(seen)
    found = seen.dmarc_seen
    policy = (found.policy or "") if found is not None else ""
    if refused:
        return Outgoing(Reach.NOBODY, Outlook.UNKNOWN, why=refused, policy=policy)
    account = seen.account_seen
    if account is None or (seen.ses_identity is None and not seen.identity_missing):
        return Outgoing(Reach.UNKNOWN, Outlook.UNKNOWN, policy=policy)
    reach = Reach.ANYONE if account.production else Reach.VERIFIED
    if seen.identity_missing:  # the one above sends for it, under its own name, which aligns
        return Outgoing(reach, Outlook.PASS, policy=policy)
    told = predict(seen)
    legs = (told.dkim.aligned, told.spf.aligned)
    passes = Outlook.PASS if True in legs else told.dmarc
    alone = "DKIM" if legs == (True, False) else "SPF" if legs == (False, True) else ""
    return Outgoing(reach, passes, alone, "" if passes is Outlook.PASS else told.dkim.why, policy)


def _refused(seen: Observation) -> str:
    """Why SES takes no message; empty where it does, or where that is not known."""
    account, ses = seen.account_seen, seen.ses_identity
    if account is not None and account.enforcement == "SHUTDOWN":
        return "AWS has stopped sending from this account"
    if account is not None and not account.sending_enabled:
        return "sending is paused for the whole account"
    if seen.identity_missing:
        return "" if signing_above(seen) is not None else f"SES has no identity {seen.identity.name} in {seen.region}"
    if ses is None:
        return ""
    if not ses.verified:
        return f"{ses.name} is not verified"
    bounces = ses.mail_from
    if bounces and bounces.on_mx_failure is OnMxFailure.REJECT_MESSAGE and bounces.status is not Status.SUCCESS:
        return f"the identity refuses mail while {bounces.domain} is not ready (REJECT_MESSAGE)"
    looked = seen.around.configuration_set if seen.around is not None else None
    if ses.configuration_set is not None and isinstance(looked, Seen) and looked.value is None:
        return f"its configuration set {ses.configuration_set} does not exist"
    held = configuration_set(seen)
    if held is not None and not held.sending:
        return f"sending is paused for its configuration set {held.name}"
    if account is not None and 0 <= account.daily_quota <= account.sent:
        return "the daily quota is used up"
    return ""
