"""The cases of what AWS holds around an identity: each check provoked once, beside its nearest healthy neighbour."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from builders import (
    AT,
    DMARC_TEXT,
    DOMAIN,
    KEYS,
    MX,
    NOWHERE,
    account,
    dkim,
    held,
    looked,
    policy,
    sightings,
)
from surroundings import (
    EVERYTHING,
    OTHER,
    SET,
    SET_ARN,
    address,
    beside,
    bus,
    destination,
    elsewhere,
    look_at_address,
    nowhere,
    silent,
    sns,
    stream,
    there,
    topic,
    with_set,
)

from sendready.model.answers import Answers, KeyLength, Source
from sendready.model.errors import AccessDenied
from sendready.model.identity import Identity, MailFrom, SigningOrigin, Status
from sendready.model.observation import Observation, Seen, Unseen
from sendready.model.publisher import Zone
from sendready.model.records import Outcome, Question, RecordType
from sendready.model.surroundings import (
    ConfigurationSet,
    HeldElsewhere,
    InRegion,
    Rates,
    Recommendation,
    Refusal,
    Rule,
    Suppressed,
    Surroundings,
)

SENDING = Seen(account(sent=100.0))
ABSENT = dict.fromkeys(KEYS, NOWHERE)
THEIR_MX = {MX: (f"10 feedback-smtp.{OTHER}.amazonses.com",)}
DENIED = Unseen(AccessDenied("not allowed", "attach it", action="ses:ListEmailIdentities", code="AccessDenied"))
SUBDOMAIN = Identity(f"news.{DOMAIN}")
EVERYBODY = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ses:SendEmail", "Resource": "*"}]}'
OURSELVES = EVERYBODY.replace('"*", "Action"', '{"AWS": "arn:aws:iam::123456789012:root"}, "Action"')
OWN_KEY = held(dkim=dkim(origin=SigningOrigin.EXTERNAL, tokens=(), selector="mine"))
SELECTOR = Question(f"mine._domainkey.{DOMAIN}", RecordType.TXT)
GOOD_KEY = ("v=DKIM1; k=rsa; p=" + "MIIBIjANBgkqhkiG9w0BAQEFAAOC" * 8,)
HOME = Question(DOMAIN, RecordType.MX)
SES_RULE = Rule("to-queue", True, '{"source": ["aws.ses"]}', Seen(1))


def rates(bounce: float | None = None, complaint: float | None = None) -> Observation:
    """A look at an account with these rates."""
    return looked(around=Surroundings(rates=Seen(Rates(bounce, complaint))))


def own_key(*answers: str) -> Observation:
    """A domain with a key of its own, and what stands at its selector."""
    return looked(ses=OWN_KEY, own_key=sightings(SELECTOR, answers or NOWHERE))


def mailbox(*exchangers: str) -> Observation:
    """A domain that sends and has bounces mailed back, and the MX it has."""
    return looked(account=SENDING, mailbox=sightings(HOME, exchangers or Outcome.NODATA))


def replica(status: Status, error: str | None) -> Observation:
    """A domain whose key is another region's."""
    signs = dkim(status, origin=SigningOrigin.REPLICA, primary=OTHER)
    return looked(ses=held(status, dkim=signs, error_type=error))


def set_up_with(mail_from: str, source: Source) -> Observation:
    """A healthy domain for which this MAIL FROM label was answered once."""
    answers = Answers(mail_from=mail_from, key_length=KeyLength.RSA_2048)
    return looked(answers=answers, sources={"mail_from": source})


SENDER = "arn:aws:iam::123456789012:role/app"
BOTH = tuple(Refusal(action, SET_ARN) for action in ("ses:SendEmail", "ses:SendRawEmail"))


def sent_by(arn: str, *refusals: Refusal) -> Observation:
    """A look at a domain whose application is this user or role, and is refused this."""
    return looked(answers=Answers(sender_arn=arn), around=Surroundings(refusals=Seen(refusals)))


ROUTE_53 = Zone("Route 53", DOMAIN, "Z1", ("ns1.aws.example",))
LOST_KEYS = looked(ses=held(Status.TEMPORARY_FAILURE), dns=ABSENT)


def standing_in(zone: Zone, **how: Any) -> Observation:  # noqa: ANN401
    """DKIM records that no server has and that stand in a zone of the user's own."""
    missing = tuple(record.wanted for record in LOST_KEYS.records if record.absent)
    elsewhere = Surroundings(zones=Seen((HeldElsewhere(zone, missing, **how),)))
    return replace(LOST_KEYS, around=elsewhere)


AROUND = {
    "DEL020": (standing_in(ROUTE_53), replace(LOST_KEYS, around=Surroundings(zones=Seen(())))),
    "DEL021": (standing_in(ROUTE_53, twin=replace(ROUTE_53, id="Z2")), standing_in(ROUTE_53)),
    "ENV014": (
        looked(missing=True, around=elsewhere(there(), remembered=(OTHER,))),
        looked(missing=True, around=elsewhere(nowhere(), remembered=(OTHER,))),
    ),
    "SES002": (
        looked(missing=True, around=elsewhere(nowhere("us-west-2"), there())),
        looked(missing=True, around=elsewhere(nowhere(), InRegion("us-west-2", DENIED))),
    ),
    "KIM017": (
        looked(ses=held(Status.PENDING), dns=ABSENT | THEIR_MX, around=elsewhere(there())),
        looked(ses=held(Status.PENDING), dns=ABSENT, around=elsewhere(there(status=Status.PENDING))),
    ),
    "MFR025": (
        looked(dns=THEIR_MX, around=elsewhere(InRegion(OTHER, Seen(held())))),
        looked(dns=THEIR_MX, around=elsewhere(there())),
    ),
    "MFR014": (
        looked(ses=held(mail_from=MailFrom(DOMAIN, Status.SUCCESS))),
        looked(ses=held(mail_from=MailFrom(f"a.b.{DOMAIN}", Status.SUCCESS))),
    ),
    "KIM035": (
        looked(identity=SUBDOMAIN, missing=True, around=beside(held())),
        looked(identity=SUBDOMAIN, missing=True, around=beside(held()), dmarc=policy(f"{DMARC_TEXT}; adkim=s")),
    ),
    "KIM036": (
        looked(around=beside(address(dkim=dkim(signing_enabled=False)))),
        looked(around=beside(address())),
    ),
    "KIM037": (
        replica(Status.FAILED, "REPLICATION_PRIMARY_NOT_FOUND"),
        replica(Status.SUCCESS, "REPLICATION_PRIMARY_NOT_FOUND"),
    ),
    "KIM038": (own_key(), own_key(*GOOD_KEY)),
    "SES004": (
        looked(
            identity=SUBDOMAIN, ses=replace(held(), name=SUBDOMAIN.name), around=beside(held(configuration_set=SET))
        ),
        looked(identity=SUBDOMAIN, ses=replace(held(), name=SUBDOMAIN.name), around=beside(held())),
    ),
    "SES009": (looked(account=Seen(account(sent=45_000.0))), looked(account=Seen(account(sent=45.0, daily_quota=-1)))),
    "SES010": (looked(account=SENDING), looked(account=SENDING, ses=held(configuration_set=SET))),
    "SES011": (with_set(configuration_set=Seen(None)), with_set(configuration_set=DENIED)),
    "SES012": (with_set(configuration_set=Seen(ConfigurationSet(SET, False, True))), with_set()),
    "SES013": (with_set(configuration_set=Seen(ConfigurationSet(SET))), with_set()),
    "SES014": (silent(), silent(topics=Seen({"Bounce": "arn:1", "Complaint": "arn:2"}))),
    "SES015": (with_set(replace(sns(), destination=destination(enabled=False))), with_set()),
    "SES016": (
        with_set(replace(sns(), destination=destination(types=frozenset({"BOUNCE", "DELIVERY"})))),
        with_set(
            replace(sns(), destination=destination(types=frozenset({"BOUNCE", "REJECT"}))),
            replace(sns(), destination=destination(types=EVERYTHING - {"BOUNCE"})),
        ),
    ),
    "SES017": (with_set(sns(Seen(topic(policy="{}")))), with_set(sns(DENIED))),
    "SES018": (with_set(bus(replace(SES_RULE, enabled=False))), with_set(bus(SES_RULE))),
    "SES019": (with_set(stream(None)), with_set(stream("ACTIVE"))),
    "SES020": (mailbox("0 ."), mailbox("10 mx.example.com")),
    "SES021": (
        looked(account=Seen(account(suppressed_reasons=("BOUNCE",)))),
        looked(account=Seen(account(suppressed_reasons=("COMPLAINT", "BOUNCE")))),
    ),
    "SES022": (
        replace(
            with_set(configuration_set=Seen(ConfigurationSet(SET, True, True, ()))),
            account=Seen(account(suppressed_reasons=("BOUNCE", "COMPLAINT"))),
        ),
        replace(with_set(), account=Seen(account(suppressed_reasons=("BOUNCE", "COMPLAINT")))),
    ),
    "SES023": (
        look_at_address(replace(beside(held()), suppressed=Seen(Suppressed(f"hello@{DOMAIN}", "BOUNCE", AT)))),
        look_at_address(replace(beside(held()), suppressed=Seen(None))),
    ),
    "SES027": (
        looked(around=Surroundings(recommendations=Seen((Recommendation("DKIM", "not set up", "HIGH"),)))),
        looked(around=Surroundings(recommendations=Seen(()))),
    ),
    "SES031": (looked(ses=held(policies=(("open", EVERYBODY),))), looked(ses=held(policies=(("own", OURSELVES),)))),
    "SES032": (sent_by(SENDER, *BOTH), sent_by(SENDER)),
    "SES033": (
        looked(answers=Answers(smtp_host=f"email-smtp.{OTHER}.amazonaws.com")),
        looked(answers=Answers(smtp_host="Email-SMTP.eu-west-1.amazonaws.com.")),
    ),
    "SES034": (set_up_with("mail", Source.SAVED), set_up_with("mail", Source.FLAG)),
    "SES035": (look_at_address(beside()), look_at_address(beside(held()))),
    "REP001": (rates(bounce=0.06), rates(bounce=0.019)),
    "REP002": (rates(complaint=0.002), rates(complaint=0.0004)),
}
"""By id: a look that provokes it, and one beside it on which it has nothing to say."""
