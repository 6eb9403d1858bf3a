"""Every check provoked once, beside the nearest healthy look at which it has nothing to say; one of each event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from builders import (
    AT,
    BOUNCE,
    DMARC,
    DMARC_TEXT,
    DOMAIN,
    KEYS,
    LOST,
    MX,
    NOWHERE,
    SERVERS,
    SPF,
    TARGETS,
    TOKENS,
    Lies,
    Said,
    about_zone,
    account,
    bouncing,
    cut,
    dkim,
    held,
    keys,
    looked,
    own,
    policy,
    reporting,
    said,
    sightings,
    walked,
    wild,
)
from cases_around import AROUND
from cases_message import MESSAGE
from cases_strength import STRENGTH
from dkim_material import KEY_1024, KEY_2048
from zones import Zone

from sendready.checks.since import as_kept
from sendready.engine.diagnose import diagnose
from sendready.mailauth.lookup import Status as Lookup
from sendready.model import errors, events
from sendready.model.answers import Language, MailType
from sendready.model.change import Change, Kept, Mode, Plan, RequestAccess
from sendready.model.finding import Verdict
from sendready.model.identity import Caller, Identity, MailFrom, OnMxFailure, Review, Status, ZoneSerial
from sendready.model.mail_auth import MailAuth
from sendready.model.observation import Delegation, Observation, Past, Records, Seen, Slip, Stray, Unseen
from sendready.model.records import NameServer, ObservedRecord, Outcome, Question, RecordType
from sendready.model.soundness import Chain, Manners, Signatures, Soundness
from sendready.model.step import Step
from sendready.steps import identity, records
from sendready.steps.records import Publishing


@dataclass(frozen=True, slots=True)
class Case:
    """A look that provokes one check, and one that differs from it only in what the check is about."""

    broken: Observation
    healthy: Observation


def unseen(error: type[errors.AwsError], action: str = "ses:GetEmailIdentity") -> Observation:
    """A look at which SES could not be asked for the identity."""
    return looked(ses=Unseen(error("it went wrong", "do this", action=action, code="Code")))


def nobody(code: str) -> Observation:
    """A look at which no DNS server on the way to the domain could be asked."""
    return looked(
        delegation=Unseen(errors.Unreachable("nobody answered", "try elsewhere", code=code)),
        dns=dict.fromkeys((*KEYS, MX, SPF, DMARC), Outcome.UNREACHABLE),
        dmarc=policy(complete=False),
    )


SOA = "ns1.example.net. admin.example.net. {serial} 2 3 4 900"
NEWER, OLDER = (SOA.format(serial=8),), (SOA.format(serial=7),)
ELSEWHERE = f"_domainkey.{DOMAIN}"


def moved(record: ObservedRecord, zone: str) -> ObservedRecord:
    """A record whose name lies in another zone."""
    return replace(record, sightings=tuple(replace(s, zone=zone) for s in record.sightings))


HEALTHY = looked()
ABSENT = dict.fromkeys(KEYS, NOWHERE)
PENDING = held(Status.PENDING)
PAST = Past(account="210987654321", identity_seen=True)
PAUSED_MX = MailFrom(BOUNCE, Status.PENDING)
KEY_TEXT, KEY_ADDRESS = Question(KEYS[0].name, RecordType.TXT), Question(KEYS[0].name, RecordType.A)
KEY = ("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",)
AT_CLOUDFLARE = (NameServer("ada.ns.cloudflare.com", "192.0.2.1"), NameServer("bob.ns.cloudflare.com", "192.0.2.2"))
OTHER_ACCOUNT = Seen(Caller("210987654321", "arn:aws:iam::210987654321:user/dev"))


def lost(slip: Slip, at: Question | str, *answers: str) -> Observation:
    """The first DKIM record is not at its name; this was found instead."""
    place = at if isinstance(at, Question) else Question(at, RecordType.CNAME)
    return looked(dns={KEYS[0]: NOWHERE}, elsewhere={KEYS[0]: Lies(slip, place, answers)})


def misplaced(record: Question, slip: Slip, at: str, answer: str = "") -> Observation:
    """A MAIL FROM or DMARC record is not at its name; this was found instead."""
    found = Lies(slip, Question(at, record.type), (answer,) if answer else ())
    return looked(dns={record: NOWHERE}, dmarc=policy() if record == DMARC else None, elsewhere={record: found})


def pending_at(serial: int, saw: ZoneSerial | None, primary: str = "ns1.example.net") -> Observation:
    """SES has yet to look again at a zone; `saw` is what it saw."""
    cut = Delegation(DOMAIN, DOMAIN, SERVERS, True, primary=primary, serial=serial)
    return looked(ses=held(Status.PENDING, zone_seen=saw), delegation=Seen(cut))


AMAZON: Zone = {("amazonses.com", "TXT"): ["v=spf1 ip4:54.240.0.0/18 -all"]}
LONG = "v=spf1 include:n0.example -all"
TEN: Zone = {(f"n{n}.example", "TXT"): [f"v=spf1 include:n{n + 1}.example -all"] for n in range(9)} | {
    ("n9.example", "TXT"): ["v=spf1 -all"]
}
ELEVEN: Zone = {**TEN, ("n9.example", "TXT"): ["v=spf1 include:amazonses.com -all"], **AMAZON}
ROUND: Zone = {**TEN, ("n9.example", "TXT"): ["v=spf1 include:n3.example -all"]}
DEEP, BRITISH = "a.b.example.com", "a.shop.co.uk"


def differing(*texts: Said | str) -> MailAuth:
    """TXT at the domain itself, another one at each server."""
    answers = [(text,) if isinstance(text, str) and not isinstance(text, Outcome) else text for text in texts]
    return MailAuth(sightings(Question(DOMAIN, RecordType.TXT), answers))


def alias_at(record: Question, target: str) -> Observation:
    """At the name of a record stands a CNAME, which leads to nothing of the kind."""
    seen = looked(dns={record: Outcome.NODATA})
    (observed,) = (r for r in seen.records if r.wanted.question == record)
    sightings = tuple(replace(s, alias=target) for s in observed.sightings)
    return replace(seen, strays=(Stray(observed.wanted, Slip.ALIAS, record, sightings),))


def about(rtype: RecordType) -> Question:
    return Question(DOMAIN, rtype)


def resolving(question: Question, answer: Said) -> Observation:
    """All is live, SES has not seen it yet, and this is what a resolver has."""
    resolver = NameServer("resolver", "8.8.8.8")
    return looked(ses=PENDING, zone_sightings=about_zone(), resolved=(said(question, answer, resolver),))


def served(
    *, manners: Manners | None = None, tcp_leaves: bool | None = None, chain: Chain | None = None
) -> Observation:
    """A healthy look at a zone that is served in some way of its own."""
    good = tuple(Manners(server, True, True, True) for server in SERVERS if tcp_leaves is None)
    others = tuple(one for one in good if manners is None or one.server != manners.server)
    return looked(soundness=Soundness((*others, *([manners] if manners else [])), tcp_leaves, chain))


def signed(*, linked: bool = True, expires: datetime = AT + timedelta(days=20), refused: str = "") -> Chain:
    """A signed zone; its signatures are made for a month and more."""
    return Chain(
        (1,), (Signatures(SERVERS[0], (1, 2), linked, expires - timedelta(days=40), expires),), refused, "1.1.1.1"
    )


def over_ipv6(outcome: Outcome) -> Observation:
    """What the servers' second address says about the zone, which is an IPv6 one."""
    seen = looked(zone_sightings=about_zone())
    six = NameServer("ns1.example.net", "2001:db8::1")
    return replace(seen, zone_sightings=(*seen.zone_sightings, said(Question(DOMAIN, RecordType.SOA), outcome, six)))


def kept_for(ttl: int) -> Observation:
    """A healthy look at which every record has this TTL."""
    seen = looked()
    records = (replace(r, sightings=tuple(replace(s, ttl=ttl) for s in r.sightings)) for r in seen.records)
    return replace(seen, records=Records(tuple(records)))


CASES: dict[str, Case] = {
    "ENV009": Case(unseen(errors.ClockSkew), HEALTHY),
    "ENV010": Case(unseen(errors.NoCredentials), HEALTHY),
    "ENV011": Case(unseen(errors.ExpiredCredentials), HEALTHY),
    "ENV012": Case(looked(missing=True, past=PAST), looked(missing=True, past=PAST, caller=OTHER_ACCOUNT)),
    "ENV013": Case(unseen(errors.NoRegion), HEALTHY),
    "ENV015": Case(unseen(errors.AccessDenied), HEALTHY),
    "ENV016": Case(unseen(errors.Unreachable), HEALTHY),
    "ENV017": Case(unseen(errors.Throttled), unseen(errors.Unreachable)),
    "ENV018": Case(unseen(errors.RegionNotEnabled), HEALTHY),
    "ENV001": Case(nobody("no-resolver"), nobody("no-address")),
    "ENV002": Case(nobody("no-answer"), nobody("no-address")),
    "ENV003": Case(
        looked(dns=dict.fromkeys((*KEYS, MX, SPF, DMARC), Outcome.INTERCEPTED)), looked(dns={MX: Outcome.INTERCEPTED})
    ),
    "DEL001": Case(
        looked(
            delegation=Seen(Delegation(DOMAIN, "com", SERVERS, exists=False, sightings=(said(DMARC, NOWHERE),))),
            dns=dict.fromkeys((*KEYS, MX, SPF, DMARC), NOWHERE),
        ),
        looked(delegation=Seen(Delegation(DOMAIN, None, (), exists=None))),
    ),
    "DEL002": Case(
        looked(delegation=cut(zone="com", parent_names=(), own_names=())),
        looked(delegation=cut(zone="com", exists=None, parent_names=(), own_names=())),
    ),
    "DEL003": Case(
        looked(dns=dict.fromkeys((*KEYS, MX, SPF, DMARC), LOST), dmarc=policy(complete=False)),
        looked(dns={key: [LOST, NOWHERE] for key in (*KEYS, MX, SPF, DMARC)}),
    ),
    "DEL005": Case(
        looked(
            dns={key: [(target,), LOST] for key, target in zip(KEYS, TARGETS, strict=True)}
            | {
                MX: [("10 feedback-smtp.eu-west-1.amazonses.com",), LOST],
                SPF: [("v=spf1 include:amazonses.com ~all",), LOST],
                DMARC: [(DMARC_TEXT,), LOST],
            }
        ),
        looked(dns={KEYS[0]: [(TARGETS[0],), LOST]}),
    ),
    "DEL004": Case(
        looked(zone_sightings=about_zone(soa=[NEWER, Outcome.REFUSED])),
        looked(zone_sightings=about_zone(soa=[NEWER, LOST])),
    ),
    "DEL006": Case(looked(delegation=cut(nowhere=("ns3.example.net",))), HEALTHY),
    "DEL008": Case(
        looked(delegation=cut(own_names=("ns1.example.net", "ns3.example.net"))),
        looked(delegation=cut(own_names=("ns2.example.net", "ns1.example.net"))),
    ),
    "DEL011": Case(
        looked(zone_sightings=about_zone(soa=[NEWER, OLDER])), looked(zone_sightings=about_zone(soa=[NEWER, LOST]))
    ),
    "DEL012": Case(
        looked(delegation=cut(own_names=("ns1.example.net",), parent_names=("ns1.example.net",))),
        looked(delegation=cut(own_names=("ns1.example.net",), parent_names=("ns2.example.net",))),
    ),
    "DEL018": Case(
        looked(delegation=cut(negative_ttl=86400), dns={SPF: NOWHERE}), looked(delegation=cut(negative_ttl=86400))
    ),
    "DEL019": Case(
        looked(records=Records(tuple(moved(r, ELSEWHERE) for r in looked(dns=ABSENT).records.of_step(Step.DKIM)))),
        looked(records=Records(tuple(moved(r, ELSEWHERE) for r in looked().records.of_step(Step.DKIM)))),
    ),
    "DEL022": Case(
        looked(zone_sightings=about_zone(domainkey=NOWHERE)),
        looked(zone_sightings=about_zone(domainkey=NOWHERE), dns=ABSENT),
    ),
    "KIM001": Case(looked(dns=ABSENT), looked(dns=dict.fromkeys(KEYS, LOST))),
    "KIM002": Case(looked(dns={KEYS[1]: NOWHERE}), looked(dns={KEYS[1]: LOST})),
    "KIM003": Case(looked(dns={KEYS[0]: [(TARGETS[0],), NOWHERE]}), looked(dns={KEYS[0]: [(TARGETS[0],), LOST]})),
    "KIM004": Case(
        looked(dns=ABSENT, strays={key.name: f"{key.name}.{DOMAIN}" for key in KEYS}),
        looked(strays={key.name: f"{key.name}.{DOMAIN}" for key in KEYS}),
    ),
    "KIM005": Case(looked(dns={KEYS[0]: (f"{TARGETS[0]}.{DOMAIN}",)}), looked(dns={KEYS[0]: (f"{TARGETS[0]}.",)})),
    "KIM006": Case(lost(Slip.NO_DOMAINKEY, f"{TOKENS[0]}.{DOMAIN}"), looked(dns={KEYS[0]: NOWHERE})),
    "KIM007": Case(
        lost(Slip.NO_UNDERSCORE, f"{TOKENS[0]}.domainkey.{DOMAIN}"), lost(Slip.NO_DOMAINKEY, f"{TOKENS[0]}.{DOMAIN}")
    ),
    "KIM008": Case(
        lost(Slip.ZONE_ABOVE, f"{TOKENS[0]}._domainkey.com"),
        looked(elsewhere={KEYS[0]: Lies(Slip.ZONE_ABOVE, KEYS[0])}),
    ),
    "KIM009": Case(
        looked(dns={KEYS[0]: (f"{TOKENS[0][:-3]}O1.dkim.amazonses.com",)}),
        looked(dns={KEYS[0]: (f"{TOKENS[0].upper()}.dkim.amazonses.com",)}),
    ),
    "KIM010": Case(looked(dns={KEYS[0]: (TARGETS[2],), KEYS[2]: (TARGETS[0],)}), HEALTHY),
    "KIM011": Case(
        lost(Slip.SWAPPED, f"{TARGETS[0]}.{DOMAIN}", KEYS[0].name),
        looked(elsewhere={KEYS[0]: Lies(Slip.SWAPPED, Question(f"{TARGETS[0]}.{DOMAIN}", RecordType.CNAME))}),
    ),
    "KIM012": Case(
        lost(Slip.ANOTHER_TYPE, KEY_TEXT, TARGETS[0]),
        replace(
            lost(Slip.ANOTHER_TYPE, KEY_TEXT, *KEY),
            delegation=Seen(Delegation(DOMAIN, DOMAIN, AT_CLOUDFLARE, True)),
        ),
    ),
    "KIM013": Case(
        lost(Slip.ADDRESS, KEY_ADDRESS, "192.0.2.80"), lost(Slip.ADDRESS, KEY_ADDRESS, "104.21.3.4", "172.67.5.6")
    ),
    "KIM014": Case(
        lost(Slip.ADDRESS, KEY_ADDRESS, "104.21.3.4", "172.67.5.6"),
        lost(Slip.ADDRESS, KEY_ADDRESS, "104.21.3.4", "192.0.2.80"),
    ),
    "KIM015": Case(
        replace(
            lost(Slip.ANOTHER_TYPE, KEY_TEXT, *KEY),
            delegation=Seen(Delegation(DOMAIN, DOMAIN, AT_CLOUDFLARE, True)),
        ),
        lost(Slip.ANOTHER_TYPE, KEY_TEXT, *KEY),
    ),
    "KIM016": Case(
        looked(dns={KEYS[0]: (f"{TOKENS[0]}.dkim.eu-south-1.amazonses.com",)}),
        looked(dns={KEYS[0]: (f"{TOKENS[0]}.dkim.example.net",)}),
    ),
    "KIM018": Case(
        looked(dns={KEYS[0]: ("q" * 32 + ".dkim.amazonses.com",)}),
        looked(dns={KEYS[0]: (f"{TOKENS[0]}.dkim.eu-south-1.amazonses.com",)}),
    ),
    "KIM019": Case(
        looked(ses=held(Status.PENDING), elsewhere={KEYS[0]: Lies(Slip.BESIDE, KEYS[0], ("an old text",))}),
        looked(ses=held(Status.PENDING)),
    ),
    "KIM020": Case(
        looked(dns={KEYS[0]: (TARGETS[0], "www.example.net")}),
        looked(dns={KEYS[0]: [("a.example.net",), ("b.example.net",)]}),
    ),
    "KIM021": Case(
        looked(
            dns={KEYS[0]: ("www.example.net",)}, elsewhere={KEYS[0]: Lies(Slip.WILDCARD, KEYS[0], ("www.example.net",))}
        ),
        looked(dns={KEYS[0]: ("www.example.net",)}),
    ),
    "KIM022": Case(looked(dns={KEYS[0]: (f'\\"{TARGETS[0]}\\"',)}), looked(dns={KEYS[0]: (f"{TARGETS[0]}\\;",)})),
    "KIM023": Case(looked(dns={KEYS[0]: (f"{TARGETS[0]}\\032",)}), looked(dns={KEYS[0]: (f'{TARGETS[0]}\\"',)})),
    "DEL025": Case(
        resolving(about(RecordType.NS), ("ns1.old.example", "ns2.old.example")),
        resolving(about(RecordType.NS), ("ns1.example.net", "ns3.example.net")),
    ),
    "ENV004": Case(
        resolving(Question("0a1b.invalid", RecordType.A), ("192.0.2.7",)),
        resolving(Question("0a1b.invalid", RecordType.A), NOWHERE),
    ),
    "ENV005": Case(resolving(KEYS[0], NOWHERE), resolving(KEYS[0], (TARGETS[0],))),
    "ENV006": Case(
        resolving(about(RecordType.SOA), ("dc1.office.example. admin.office.example. 1 2 3 4 5",)),
        resolving(about(RecordType.SOA), NEWER),
    ),
    "DEL007": Case(looked(delegation=cut(aliased=("ns2.example.net",))), HEALTHY),
    "DEL010": Case(
        looked(dns={KEYS[0]: [(TARGETS[0],), NOWHERE]}),
        looked(dns={KEYS[0]: [(TARGETS[0],), NOWHERE]}, ses=PENDING, zone_sightings=about_zone(soa=[NEWER, OLDER])),
    ),
    "DEL013": Case(served(manners=Manners(SERVERS[1], tcp=False)), served(manners=Manners(SERVERS[1], tcp=None))),
    "DEL014": Case(served(manners=Manners(SERVERS[0], edns=False)), served(manners=Manners(SERVERS[0], edns=None))),
    "DEL015": Case(served(chain=signed(refused="bogus")), served(chain=signed())),
    "DEL016": Case(served(chain=signed(linked=False)), served(chain=signed())),
    "DEL017": Case(
        served(chain=signed(expires=AT + timedelta(days=1))), served(chain=signed(expires=AT + timedelta(days=4)))
    ),
    "DEL023": Case(looked(wild=wild("v=spf1 -all")), looked(wild=wild())),
    "DEL024": Case(looked(zone_sightings=about_zone(cname=("www.example.net",))), looked(zone_sightings=about_zone())),
    "DEL026": Case(
        served(manners=Manners(SERVERS[0], edns=True, keeps_case=False)),
        served(manners=Manners(SERVERS[0], edns=True, keeps_case=True)),
    ),
    "ENV007": Case(
        served(manners=Manners(SERVERS[0], tcp=False), tcp_leaves=False),
        served(manners=Manners(SERVERS[0], tcp=False), tcp_leaves=True),
    ),
    "ENV008": Case(over_ipv6(Outcome.UNREACHABLE), over_ipv6(Outcome.NODATA)),
    "KIM024": Case(
        looked(auth=keys(NOWHERE, NOWHERE, Outcome.NODATA)), looked(auth=keys(NOWHERE, LOST, Outcome.NODATA))
    ),
    "KIM025": Case(
        looked(auth=keys(("p=",), NOWHERE, NOWHERE)), looked(auth=keys(("p=",), (f"p={KEY_2048}",), NOWHERE))
    ),
    "KIM026": Case(
        looked(auth=keys((f"p={KEY_1024}",), NOWHERE, NOWHERE)), looked(auth=keys((f"p={KEY_2048}",), NOWHERE, NOWHERE))
    ),
    "KIM027": Case(
        looked(
            dns={KEYS[0]: ("key.example.com",)},
            elsewhere={KEYS[0]: Lies(Slip.CHAINED, Question("key.example.com", RecordType.CNAME))},
        ),
        looked(dns={KEYS[0]: ("key.example.com",)}),
    ),
    "KIM028": Case(kept_for(30), kept_for(60)),
    "KIM029": Case(looked(ses=PENDING), looked(ses=PENDING, dns={KEYS[0]: LOST})),
    "KIM030": Case(looked(ses=held(Status.FAILED)), looked(ses=PENDING)),
    "KIM031": Case(looked(ses=held(dkim=dkim(Status.TEMPORARY_FAILURE))), HEALTHY),
    "KIM032": Case(looked(ses=held(dkim=dkim(signing_enabled=False))), HEALTHY),
    "KIM033": Case(
        pending_at(8, ZoneSerial("ns1.example.net.", "hostmaster.example.com.", 7)),
        pending_at(8, ZoneSerial("ns1.example.net.", "hostmaster.example.com.", 8)),
    ),
    "KIM034": Case(
        looked(ses=held(Status.PENDING, error_type="HOST_NOT_FOUND")), looked(ses=held(error_type="HOST_NOT_FOUND"))
    ),
    "MFR001": Case(looked(dns={MX: NOWHERE}), looked(dns={MX: LOST})),
    "MFR002": Case(
        looked(dns={MX: ("10 feedback-smtp.us-east-1.amazonses.com",)}),
        looked(dns={MX: ("20 feedback-smtp.eu-west-1.amazonses.com",)}),
    ),
    "MFR003": Case(
        looked(dns={MX: ("10 feedback-smtp.eu-west-1.amazonses.com", "20 mx.example.com")}),
        looked(dns={MX: [("10 feedback-smtp.eu-west-1.amazonses.com",), NOWHERE]}),
    ),
    "MFR004": Case(
        looked(dns={MX: ("10 feedback-smtp.eu-west-1.amazonses.com.example.com",)}),
        looked(dns={MX: ("10 feedback-smtp.eu-west-1.amazonses.com.example.net",)}),
    ),
    "MFR005": Case(
        looked(dns={MX: ("10 10.feedback-smtp.eu-west-1.amazonses.com",)}), looked(dns={MX: ("10 10.mx.example.com",)})
    ),
    "MFR006": Case(
        looked(dns={MX: ("10 mx.example.com",)}), looked(dns={MX: ("10 feedback-smtp.us-east-1.amazonses.com",)})
    ),
    "MFR007": Case(looked(dns={SPF: Outcome.NODATA}), looked(dns={SPF: LOST})),
    "MFR008": Case(
        looked(dns={SPF: ("v=spf1 -all",)}), looked(dns={SPF: ("v=spf1 mx include:amazonses.com -all", "other")})
    ),
    "MFR009": Case(
        looked(dns={SPF: ("v=spf1 -all", "v=spf1 include:amazonses.com ~all")}),
        looked(dns={SPF: ("v=spf1 include:amazonses.com ~all", "google-site-verification=1")}),
    ),
    "MFR011": Case(
        looked(dns={SPF: ('"v=spf1 include:amazonses.com ~all"',)}),
        looked(dns={SPF: ("v=spf1 include:amazonses.com ~all", '"v=spf1 include:amazonses.com ~all"')}),
    ),
    "MFR010": Case(
        looked(auth=bouncing("v=spf1 include:amazonses.com ip4:1.2.3 ~all")),
        looked(auth=bouncing("v=spf1 include:amazonses.com x=y ~all")),
    ),
    "MFR015": Case(
        looked(dns={MX: ("10 inbound-smtp.eu-west-1.amazonaws.com",)}), looked(dns={MX: ("10 mx.example.com",)})
    ),
    "MFR020": Case(
        looked(dmarc=walked(DOMAIN, example_com="v=DMARC1; p=none; psd=y")),
        looked(dmarc=walked(DOMAIN, example_com="v=DMARC1; p=none; psd=n")),
    ),
    "MFR012": Case(
        misplaced(SPF, Slip.DOUBLED, f"{BOUNCE}.{DOMAIN}"),
        looked(elsewhere={SPF: Lies(Slip.APEX, Question(DOMAIN, RecordType.TXT))}),
    ),
    "MFR013": Case(alias_at(MX, "web.example.net"), alias_at(DMARC, "web.example.net")),
    "MFR017": Case(looked(ses=held(mail_from=PAUSED_MX)), HEALTHY),
    "MFR018": Case(looked(ses=held(mail_from=PAUSED_MX)), HEALTHY),
    "MFR019": Case(
        looked(ses=held(mail_from=replace(PAUSED_MX, on_mx_failure=OnMxFailure.REJECT_MESSAGE))),
        looked(ses=held(mail_from=MailFrom(BOUNCE, Status.SUCCESS, OnMxFailure.REJECT_MESSAGE))),
    ),
    "MFR021": Case(looked(ses=held(mail_from=None)), HEALTHY),
    "MFR022": Case(
        looked(dns={MX: ("10 mx.example.com",)}, elsewhere={MX: Lies(Slip.WILDCARD, MX, ("10 mx.example.com",))}),
        looked(dns={MX: ("10 mx.example.com",)}),
    ),
    "MFR023": Case(
        looked(dns={MX: [("10 feedback-smtp.eu-west-1.amazonses.com",), NOWHERE]}),
        looked(dns={MX: [("10 feedback-smtp.eu-west-1.amazonses.com",), LOST]}),
    ),
    "MFR024": Case(
        looked(dns={SPF: ("v=spf1 include:amazonses.com ?all",)}),
        looked(dns={SPF: ("v=spf1 include:amazonses.com redirect=_spf.example.net",)}),
    ),
    "SPF001": Case(looked(auth=own(mx=("10 mx.example.net",))), looked(auth=own(mx=("0 ",)))),
    "SPF002": Case(looked(auth=own("v=spf1 mx -all", "v=spf1 -all")), looked(auth=own("v=spf1 -all", "v=other"))),
    "SPF003": Case(looked(auth=own("v=spf1 inculde:x.example -all")), looked(auth=own("v=spf1 x=y -all"))),
    "SPF004": Case(looked(auth=own(LONG, more=ELEVEN)), looked(auth=own(LONG, more=TEN))),
    "SPF005": Case(
        looked(auth=own("v=spf1 a:x.example a:y.example mx:z.example -all")),
        looked(auth=own("v=spf1 a:x.example a:y.example -all")),
    ),
    "SPF006": Case(looked(auth=own("v=spf1 all")), looked(auth=own("v=spf1 ?all"))),
    "SPF007": Case(looked(auth=own("v=spf1 a:x.example ?all")), looked(auth=own("v=spf1 redirect=x.example"))),
    "SPF008": Case(looked(auth=own("v=spf1 ptr ~all")), looked(auth=own("v=spf1 ~all ptr"))),
    "SPF010": Case(looked(auth=own("v=spf1 -all", "spf2.0/pra -all")), looked(auth=own("v=spf1 -all", "spf2"))),
    "SPF011": Case(
        looked(auth=bouncing("v=spf1 ~all include:amazonses.com", more=AMAZON)),
        looked(auth=bouncing("v=spf1 include:amazonses.com exp=x.example ~all", more=AMAZON)),
    ),
    "SPF012": Case(
        looked(auth=own("v=spf1 include:gone.example -all")),
        looked(auth=own("v=spf1 include:gone.example -all", more={("gone.example", "TXT"): Lookup.TIMEOUT})),
    ),
    "SPF013": Case(looked(auth=own(LONG, more=ROUND)), looked(auth=own(LONG, more=TEN))),
    "SPF014": Case(
        looked(auth=own(f"v=spf1 {' '.join(['ip4:192.0.2.100'] * 30)} ~all")),
        looked(auth=own(f"v=spf1 {' '.join(['ip4:192.0.2.100'] * 20)} ~all")),
    ),
    "SPF015": Case(looked(auth=own('"v=spf1 -all"')), looked(auth=own("v=spf1 -all", "spf-verification=x"))),
    "SPF016": Case(
        looked(auth=own("v=spf1 mx -all", mx=tuple(f"{n} h{n}.example" for n in range(11)))),
        looked(auth=own("v=spf1 mx -all", mx=tuple(f"{n} h{n}.example" for n in range(10)))),
    ),
    "SPF017": Case(looked(auth=own("v=spf1 ip4:192.0.2.0/33 -all")), looked(auth=own("v=spf1 ip4:192.0.2.1/24 -all"))),
    "SPF018": Case(
        looked(auth=differing("v=spf1 -all", "v=spf1 ~all")),
        looked(auth=differing("v=spf1 -all", LOST)),
    ),
    "DMC005": Case(
        looked(dmarc=policy("v=DMARC1; p=none, rua=mailto:a@example.com")),
        looked(dmarc=policy("v=DMARC1; p=none;; rua=mailto:a@example.com")),
    ),
    "DMC006": Case(
        looked(dmarc=policy("v=DMARC1; rua=mailto:a@example.com")), looked(dmarc=policy("v=DMARC1; P=none"))
    ),
    "DMC007": Case(looked(dmarc=policy("v=DMARC1; p=reject; sp=rejct")), looked(dmarc=policy("v=DMARC1; p=REJECT"))),
    "DMC008": Case(
        looked(dmarc=policy("v=DMARC1; p=none; p=none")), looked(dmarc=policy("v=DMARC1; p=none; x=1; x=1"))
    ),
    "DMC009": Case(looked(dmarc=policy("v=DMARC1; p=none; ri=3600")), looked(dmarc=policy("v=DMARC1; p=none; t=n"))),
    "DMC010": Case(
        looked(dmarc=policy("v=DMARC1; p=reject; pct=25")), looked(dmarc=policy("v=DMARC1; p=reject; pct=100"))
    ),
    "DMC011": Case(looked(dmarc=policy("v=DMARC1; p=none; rau=mailto:a@example.com")), HEALTHY),
    "DMC012": Case(
        looked(dmarc=policy("v=DMARC1; rua=mailto:a@example.com; p=none")), looked(dmarc=policy("v=DMARC1;p=none"))
    ),
    "DMC013": Case(looked(dmarc=policy("v=DMARC1; p=none")), HEALTHY),
    "DMC014": Case(
        looked(dmarc=policy("v=DMARC1; p=none; rua=a@example.com")),
        looked(dmarc=policy("v=DMARC1; p=none; rua=MAILTO:a@example.com")),
    ),
    "DMC015": Case(looked(auth=reporting(agrees=False)), looked(auth=reporting(agrees=None))),
    "DMC016": Case(looked(auth=reporting(receives=False)), looked(auth=reporting(receives=None))),
    "DMC017": Case(looked(dmarc=policy("v=DMARC1; p=none; rua=mailto:a@example.com!10m")), HEALTHY),
    "DMC018": Case(
        looked(dmarc=policy(f"v=DMARC1; p=none; rua={','.join(['mailto:a@example.com'] * 3)}")),
        looked(dmarc=policy(f"v=DMARC1; p=none; rua={','.join(['mailto:a@example.com'] * 2)}")),
    ),
    "DMC019": Case(
        looked(dmarc=policy("v=DMARC1; p=none; rua=mailto:a!b@example.com")),
        looked(dmarc=policy("v=DMARC1; p=none; rua=mailto:a%21b@example.com")),
    ),
    "DMC021": Case(
        looked(dmarc=policy("v=DMARC1; p=reject; sp=none")), looked(dmarc=policy("v=DMARC1; p=none; sp=reject"))
    ),
    "DMC023": Case(looked(dmarc=policy("v=DMARC1; p=reject; t=y")), looked(dmarc=policy("v=DMARC1; p=none; t=y"))),
    "DMC024": Case(
        looked(dmarc=walked(DOMAIN, example_com="v=DMARC1; p=none; psd=y")),
        looked(dmarc=walked(DOMAIN, com="v=DMARC1; p=none; psd=y")),
    ),
    "DMC025": Case(looked(dmarc=policy("v=DMARC1; p=none; aspf=s")), looked(dmarc=policy("v=DMARC1; p=none; adkim=s"))),
    "DMC028": Case(
        looked(
            identity=Identity(DEEP),
            dmarc=walked(DEEP, example_com="v=DMARC1; p=none", b_example_com="v=DMARC1; p=reject"),
        ),
        looked(identity=Identity(DEEP), dmarc=walked(DEEP, example_com="v=DMARC1; p=none")),
    ),
    "DMC029": Case(
        looked(
            identity=Identity(BRITISH), dmarc=walked(BRITISH, shop_co_uk="v=DMARC1; p=none", co_uk="v=DMARC1; p=reject")
        ),
        looked(identity=Identity(BRITISH), dmarc=walked(BRITISH, shop_co_uk="v=DMARC1; p=none")),
    ),
    "DMC031": Case(
        looked(
            dmarc=replace(
                policy(DMARC_TEXT), sightings=(replace(said(DMARC, (DMARC_TEXT,)), alias="d.vendor.example"),)
            )
        ),
        looked(dmarc=replace(policy(DMARC_TEXT), sightings=(said(DMARC, (DMARC_TEXT,)),))),
    ),
    "DMC033": Case(
        looked(ses=held(dkim=dkim(signing_enabled=False), mail_from=None), dmarc=policy("v=DMARC1; p=reject")),
        looked(ses=held(dkim=dkim(signing_enabled=False)), dmarc=policy("v=DMARC1; p=reject")),
    ),
    "DMC035": Case(
        looked(dmarc=policy("v=DMARC1; p=none; fo=1")),
        looked(dmarc=policy("v=DMARC1; p=none; ruf=mailto:a@example.com; fo=1:d")),
    ),
    "DMC036": Case(looked(dmarc=policy("v=DMARC1; p=none; ruf=mailto:a@example.com")), HEALTHY),
    "DMC038": Case(
        looked(identity=Identity("a.b.c.d.e.f.g.example.com"), dmarc=policy(domain="a.b.c.d.e.f.g.example.com")),
        looked(identity=Identity("b.c.d.e.f.g.example.com"), dmarc=policy(domain="b.c.d.e.f.g.example.com")),
    ),
    "DMC040": Case(
        looked(dmarc=replace(policy(DMARC_TEXT), sightings=(said(DMARC, (DMARC_TEXT,), zone=DMARC.name),))),
        looked(dmarc=replace(policy(DMARC_TEXT), sightings=(said(DMARC, (DMARC_TEXT,)),))),
    ),
    "DMC041": Case(
        looked(dmarc=policy("v=DMARC1; p=reject"), auth=own(mx=("1 smtp.google.com",))),
        looked(dmarc=policy("v=DMARC1; p=reject"), auth=own(mx=("1 mx.example.com",))),
    ),
    "DMC001": Case(
        looked(dmarc=policy(), dns={DMARC: NOWHERE}), looked(dmarc=policy(complete=False), dns={DMARC: LOST})
    ),
    "DMC002": Case(looked(dmarc=policy("v=DMARC1; p=none", "v=DMARC1; p=reject")), HEALTHY),
    "DMC003": Case(
        misplaced(DMARC, Slip.APEX, DOMAIN),
        looked(elsewhere={DMARC: Lies(Slip.APEX, Question(DOMAIN, RecordType.TXT))}),
    ),
    "DMC004": Case(
        looked(dmarc=policy(), dns={DMARC: ('"v=DMARC1; p=none"',)}),
        looked(dns={DMARC: (DMARC_TEXT, '"v=DMARC1; p=none"')}),
    ),
    "DMC032": Case(
        looked(dmarc=policy(), dns={DMARC: ("v=spf1 -all",)}),
        looked(dmarc=policy(), dns={DMARC: ("v=dmarc1; p=none",)}),
    ),
    "DMC039": Case(
        looked(dns={DMARC: [(DMARC_TEXT,), NOWHERE]}), looked(dns={DMARC: [(DMARC_TEXT, "x"), (DMARC_TEXT,)]})
    ),
    "SES001": Case(looked(missing=True), unseen(errors.Unreachable)),
    "SES003": Case(looked(ses=PENDING), HEALTHY),
    "SES005": Case(looked(account=Seen(account(production=False))), HEALTHY),
    "SES006": Case(
        looked(account=Seen(account(production=False, review=Review("DENIED", "123")))),
        looked(account=Seen(account(production=False, review=Review("GRANTED")))),
    ),
    "SES007": Case(looked(account=Seen(account(sending_enabled=False))), HEALTHY),
    "SES008": Case(
        looked(account=Seen(account(enforcement="PROBATION"))), looked(account=Seen(account(enforcement="")))
    ),
}

GOOD = as_kept(HEALTHY, Verdict.READY)
MOVED = replace(GOOD, servers=("ns1.elsewhere.example", "ns2.elsewhere.example"))
ONCE_LIVE = frozenset((key.name, key.type.value) for key in KEYS)

CASES |= {
    "RUN001": Case(looked(past=Past(looks=(MOVED,))), looked(past=Past(looks=(GOOD,)))),
    "RUN002": Case(
        looked(dns=dict.fromkeys(KEYS, NOWHERE), past=Past(live_records=ONCE_LIVE, looks=(MOVED,))),
        looked(dns=dict.fromkeys(KEYS, NOWHERE), past=Past(live_records=ONCE_LIVE, looks=(GOOD,))),
    ),
}
CASES |= {check_id: Case(broken, healthy) for check_id, (broken, healthy) in MESSAGE.items()}
CASES |= {check_id: Case(broken, healthy) for check_id, (broken, healthy) in AROUND.items()}
CASES |= {check_id: Case(broken, healthy) for check_id, (broken, healthy) in STRENGTH.items()}


def the_plan() -> Plan:
    """A plan with a change of every sort: made from here, by hand, and later."""
    fresh = looked(missing=True, dmarc=policy(), dns={DMARC: NOWHERE, SPF: NOWHERE})
    made = (*identity.changes(fresh), *records.changes(fresh, Publishing(None, {}, "add it there")))
    access = RequestAccess(MailType.MARKETING, "https://example.com", ("a@b.co",), Language.EN)
    ask = Change("access.request", Step.PRODUCTION_ACCESS, access, "Ask", "ses:PutAccountDetails", Mode.LATER)
    return Plan((*made, ask), (Kept(Step.DKIM, "2048-bit keys"),), "add it there")


def every_event() -> list[events.Event]:
    """One of each event."""
    seen = looked(dns={SPF: NOWHERE})
    plan = the_plan()
    change = plan.changes[0]
    conflict = replace(plan.changes[1], mode=Mode.CONFLICT, existing=("other",))
    return [
        events.Looking("dns"),
        events.Observed(seen, diagnose(seen)),
        events.Planned(plan),
        events.Changed(change, "detail", already=True),
        events.Failed(change, errors.Rejected("no", "do this")),
        events.Conflicted(conflict),
        events.RecordTurned(seen.records.observed[0]),
        events.Waiting((seen.records.observed[0].wanted,), ("SES",), AT, AT + timedelta(seconds=2)),
        events.Sent("success+1@simulator.amazonses.com", "0100"),
        events.SimulatorEvent("success+1@simulator.amazonses.com", "Delivery", 1234.6),
        events.Note("a note"),
        events.Result(Verdict.READY, 0, "done"),
    ]
