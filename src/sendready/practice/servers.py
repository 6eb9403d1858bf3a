"""The practice world: starts and stops its servers, and puts domains into the state somebody needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sendready.practice import faults
from sendready.practice.aws import identities, route53, sns, verification
from sendready.practice.aws.agenda import Agenda
from sendready.practice.aws.amazon_zone import make_amazon_zone
from sendready.practice.aws.cloud import Cloud
from sendready.practice.aws.lookups import through, walking
from sendready.practice.aws.server import AwsServer
from sendready.practice.aws.ses_state import Identity, MailFrom, Review, Ses, Watch
from sendready.practice.aws.throttle import Throttle
from sendready.practice.clock import PracticeClock
from sendready.practice.dns.neighbours import make_neighbours
from sendready.practice.dns.server import DnsServers
from sendready.practice.dns.zones import ADDRESSES, Zone, Zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendready.practice.aws.lookups import Answer, Question

SECRET = "practice/wJalrXUtnFEMI/K7MDENG/bPxRfiCY"  # noqa: S105  # opens nothing but these servers
AGE = timedelta(days=30)
"""How long ago a finished domain was set up."""
MAILBOXES = "mx.practice-dns.net."
"""Where a finished domain has its mailboxes."""
TTL = 300
"""Of the records of a finished domain, seconds."""


class Practice:
    """Everything of the practice world, behind real HTTP and real DNS on 127.0.0.1.

    Args:
        region: The region of `environment`; every other region works too.
        account_id: The account of `environment`, 12 digits.
        speed: How many times faster than the wall clock practice time runs.
        dns_resolver: Where SES looks records up, `host:port`; without one it walks from the practice root.
        start: What its clock shows at the beginning; without one the wall's time.
    """

    def __init__(
        self,
        *,
        region: str = "eu-west-1",
        account_id: str = "123456789012",
        speed: float = 1.0,
        dns_resolver: str | None = None,
        start: datetime | None = None,
    ) -> None:
        self.region = region
        self.account_id = account_id
        self.clock = PracticeClock(speed, start)
        self.zones = Zones()
        make_amazon_zone(self.zones)
        self.dns = DnsServers(self.zones, self.clock)
        self._resolver = dns_resolver
        self._agenda = Agenda(self.clock)
        throttle = Throttle(self.clock)
        self.cloud = Cloud(self.clock, self.zones, self._look_up, account_id, region, self._agenda, throttle)
        self.aws = AwsServer(self.cloud)

    def start(self) -> None:
        """Begins to answer."""
        self.dns.start()
        self._agenda.start()
        self.aws.start()

    def stop(self) -> None:
        """Ends everything, open connections included; may be called again."""
        self.cloud.stopped.set()
        self.aws.stop()
        self._agenda.stop()
        self.dns.stop()

    def __enter__(self) -> Practice:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The variables under which any program sees this world."""
        return self.credentials(self.account_id) | {
            "AWS_ENDPOINT_URL": self.aws.url,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "SENDREADY_RESOLVER": self.dns.resolver,
            "SENDREADY_DNS_MAP": ",".join(f"{address}={where}" for address, where in self.dns.map.items()),
            "SENDREADY_CLOCK": self.clock.environment,
        }

    def credentials(self, account_id: str) -> dict[str, str]:
        """The access key of a user of any account, as environment variables."""
        return {"AWS_ACCESS_KEY_ID": self.cloud.key_of(account_id), "AWS_SECRET_ACCESS_KEY": SECRET}

    @property
    def review_seconds(self) -> float:
        """How long a request for production access is under review, practice seconds."""
        return self.cloud.review_seconds

    @review_seconds.setter
    def review_seconds(self, seconds: float) -> None:
        self.cloud.review_seconds = seconds

    @property
    def review_outcome(self) -> str:
        """How a review that begins now will end: GRANTED, DENIED or FAILED."""
        return self.cloud.review_outcome

    @review_outcome.setter
    def review_outcome(self, outcome: str) -> None:
        self.cloud.review_outcome = outcome

    @property
    def throttling(self) -> bool:
        """Whether SES's request and sending rates are enforced."""
        return self.cloud.throttle.enabled

    @throttling.setter
    def throttling(self, enabled: bool) -> None:
        self.cloud.throttle.enabled = enabled

    @property
    def ses(self) -> Ses:
        """SES's state in the world's own account and region, for whoever needs to bend it."""
        return self.cloud.state(Ses, self.account_id, self.region)

    def look_up_through(self, resolver: str | None) -> None:
        """Where SES looks records up from now on, `host:port`; None is its own walk from the practice root."""
        self._resolver = resolver

    def register(self, domain: str) -> None:
        """Registers a domain: a hosted zone in Route 53, delegated from its TLD; once is enough."""
        with self.cloud.lock:
            apex = domain.lower().rstrip(".") + "."
            known = route53.of_account(self.cloud, self.account_id).zones.values()
            if not any(zone.name == apex and not zone.private for zone in known):
                route53.host(self.cloud, self.account_id, apex, reference=f"practice {apex}")

    def finish(
        self,
        domain: str,
        *,
        mail_from: str = "bounce",
        dmarc: str = "v=DMARC1; p=none; rua=mailto:dmarc@{domain}",
        production: bool = True,
    ) -> None:
        """Makes a finished domain: registered, verified a month ago, with all its records live.

        Args:
            domain: The domain; a subdomain of a registered one is put into that one's zone.
            mail_from: The label of the MAIL FROM domain.
            dmarc: The DMARC record; `{domain}` in it is filled in.
            production: Whether the account is out of the sandbox.
        """
        with self.cloud.lock:
            if self.zone_of(domain) is None:
                self.register(domain)
            identity = self._verified(domain, mail_from)
            self.ses.identities[domain] = identity
            self.put(domain, f"_dmarc.{domain}", "TXT", [f'"{dmarc.format(domain=domain)}"'])
            self.put(domain, domain, "MX", [f"10 {MAILBOXES}"])  # reports arrive, and people write from there, too
            self.put(domain, domain, "TXT", ['"v=spf1 mx ~all"'])
            for token in identity.tokens:
                target = f"{token}.{identity.hosted_zone}."
                self.put(domain, f"{token}._domainkey.{domain}", "CNAME", [target])
            feedback = verification.feedback_host(self.region)
            self.put(domain, f"{mail_from}.{domain}", "MX", [f"10 {feedback}."])
            self.put(domain, f"{mail_from}.{domain}", "TXT", ['"v=spf1 include:amazonses.com ~all"'])
            if production:
                self._grant(domain)
        self.dns.flush()

    def finished(self, domain: str) -> Identity:
        """The identity of a finished domain, finished now if it is not."""
        if domain not in self.ses.identities:
            self.finish(domain)
        return self.ses.identities[domain]

    def zone_of(self, domain: str) -> Zone | None:
        """The zone that holds a domain's records; None where only a TLD is above it."""
        zone = self.zones.enclosing(domain)
        return zone if zone is not None and zone.apex.count(".") > 1 else None

    def put(self, domain: str, name: str, rtype: str, values: Sequence[str]) -> None:
        """Publishes a record set in the zone of `domain`."""
        if zone := self.zone_of(domain):
            zone.put(name, rtype, TTL, values)

    def take(self, domain: str, name: str, rtype: str) -> Sequence[str]:
        """Removes a record set from the zone of `domain`; returns the values it had."""
        zone = self.zone_of(domain)
        found = zone.get(name, rtype) if zone else None
        if zone is None or found is None:
            return ()
        zone.delete(name, rtype)
        return found.values

    def load_zone(self, apex: str, text: str) -> None:
        """Puts a zone file in place of a zone's contents; SOA and NS stay where the file has none.

        Where it has NS records, they are the name servers of the domain from then on, and answer.

        Raises:
            ValueError: The file cannot be read; the message names the line.
        """
        self.register(apex)
        if zone := self.zones.get(apex):
            make_neighbours(self.zones)
            zone.load(text)
            for address, server in self.zones.delegate_as_written(apex).items():
                self.dns.map[address] = self.dns.map[ADDRESSES[server]]
        self.dns.flush()

    def inflict(self, fault: str, domain: str, argument: str | None = None) -> None:
        """Breaks the world in a known way.

        Args:
            fault: A name out of `faults.FAULTS`.
            domain: The domain it is about; finished first where the fault needs that.
            argument: What some faults can be told, such as the action to deny.

        Raises:
            faults.UnknownFaultError: There is no such fault; the message names those there are.
            faults.BadArgumentError: It cannot be told this.
        """
        if argument is not None:
            faults.check_argument(fault, argument)
        faults.named(fault).inflict(self, domain, argument)
        self.dns.flush()

    def click(self, address: str) -> bool:
        """Opens what SES and SNS mailed to an address; False if there is nothing, or only a link that is too old."""
        with self.cloud.lock:
            identity = self.ses.identities.get(identities.normal(address))
        subscribed = sns.confirm(self.cloud, self.account_id, self.region, address)
        return (identity is not None and verification.click(self.cloud, identity.link)) or subscribed

    def link_of(self, address: str) -> str:
        """The link SES mailed to an address, which opens over HTTP.

        Raises:
            KeyError: The address is no identity.
        """
        return f"{self.aws.url}/practice/click/{self.ses.identities[identities.normal(address)].link}"

    def _look_up(self, questions: Sequence[Question]) -> dict[Question, Answer]:
        return (through(self._resolver) if self._resolver else walking(self.dns.map))(questions)

    def _verified(self, domain: str, mail_from: str) -> Identity:
        now = self.clock.now()
        began = now - AGE
        dkim = replace(Watch.found(now), since=began, error="HOST_NOT_FOUND")
        if zone := self.zone_of(domain):
            dkim.soa = (zone.servers[0].rstrip("."), "hostmaster.practice-dns.net", zone.serial)
        identity = Identity(
            domain,
            began,
            tokens=identities.tokens_of(self.account_id, self.region, domain),
            hosted_zone=verification.signing_hosted_zone(self.region),
            dkim=dkim,
            mail_from=MailFrom(f"{mail_from}.{domain}", "USE_DEFAULT_VALUE", replace(Watch.found(now), since=began)),
        )
        identities.publish_key(self.zones.get("amazonses.com"), identity)
        return identity

    def _grant(self, domain: str) -> None:
        asked = self.clock.now() - AGE
        case = f"case-{self.account_id}-muen-{asked.year}-000001"
        self.ses.review = Review(asked, asked + timedelta(hours=20), "GRANTED", case)
        self.ses.details = {
            "MailType": "TRANSACTIONAL",
            "WebsiteURL": f"https://www.{domain}",
            "ContactLanguage": "EN",
        }
