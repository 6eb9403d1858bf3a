"""What zones of real domains include: the SPF records and mailboxes of well-known services, as stand-ins."""

from __future__ import annotations

from sendready.practice.dns.zones import CUSTOMER_SERVERS, Zone, Zones

SENDERS = (
    "_spf.google.com", "spf.protection.outlook.com", "_spf.salesforce.com", "servers.mcsv.net", "sendgrid.net",
    "mailgun.org", "spf.mandrillapp.com", "mail.zendesk.com", "_spf.mail.hostinger.com", "zoho.com", "zohomail.com",
    "spf.mtasv.net", "spf.messagingengine.com", "_spf.protonmail.ch", "secureserver.net", "_spf.mailersend.net",
    "spf.sendinblue.com", "spf.brevo.com", "mx.ovh.com", "_spf.mx.cloudflare.net", "spf.privateemail.com",
)  # fmt: skip
"""Names that SPF records include, each with a record of its own here; whom it lets send is made up (RFC 5737)."""

MAILBOXES = ("aspmx.l.google.com", "mx.zoho.com", "in1-smtp.messagingengine.com", "mail.protonmail.ch")


def make_neighbours(zones: Zones) -> None:
    """Creates their zones."""
    for name in SENDERS:
        _zone(zones, name).put(name, "TXT", 3600, ['"v=spf1 ip4:192.0.2.128/25 ~all"'])
    for name in MAILBOXES:
        _zone(zones, name).put(name, "A", 3600, ["192.0.2.129"])


def _zone(zones: Zones, name: str) -> Zone:
    """The zone of a name, made if need be."""
    apex = ".".join(name.split(".")[-2:])
    return zones.get(apex) or zones.create(apex, CUSTOMER_SERVERS)
