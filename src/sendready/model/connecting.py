"""How AWS and DNS are reached: each is an option and a key of `sendready.toml`, and no answer."""

from __future__ import annotations

CONNECTING = {
    "profile": "AWS profile.",
    "region": "AWS region.",
    "dns_profile": "AWS profile of the account that holds the Route 53 zone.",
    "dns_role_arn": "Role to assume for Route 53.",
    "update_server": "HOST[:PORT] that takes dynamic updates (RFC2136_NAMESERVER).",
    "tsig_key": "Name of the key that signs them (RFC2136_TSIG_KEY).",
    "tsig_algorithm": "Its algorithm; hmac-sha256 where nobody says.",
    "tsig_file": "File with the key; without, its secret is read from RFC2136_TSIG_SECRET.",
    "resolver": "HOST[:PORT] of the only DNS resolver to use.",
    "doh": "URL of a DNS over HTTPS service, where the network lets no other DNS out.",
}
"""By name: the sentence that explains it."""
