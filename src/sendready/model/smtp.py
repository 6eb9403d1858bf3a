"""SES over SMTP: which regions have a host for it, and how its password follows from a secret key.

Hosts: AWS General Reference, SES endpoints. Password: SES developer guide, smtp-credentials.
"""

from __future__ import annotations

import base64
import hmac
import re

from sendready.model.regions import SES_REGIONS

WITHOUT_SMTP = frozenset(
    {
        "af-south-1",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ca-west-1",
        "eu-south-1",
        "eu-central-2",
        "il-central-1",
        "me-south-1",
        "me-central-1",
    }
)
"""Regions with SES and without an SMTP host."""

SMTP_REGIONS = tuple(region for region in SES_REGIONS if region not in WITHOUT_SMTP)
"""The regions that have one."""

PORT = 587
"""STARTTLS; 2587 is the same, 465 and 2465 begin with TLS, and EC2 throttles 25."""

_HOST = re.compile(r"email-smtp(?:-fips)?\.(?P<region>[a-z0-9-]+)\.amazonaws\.com", re.IGNORECASE)


def smtp_host(region: str) -> str | None:
    """The region's SMTP host, or None where it has none; a region that is not listed here is taken at its word."""
    return None if region in WITHOUT_SMTP else f"email-smtp.{region}.amazonaws.com"


def region_of_smtp_host(host: str) -> str | None:
    """The region whose SES listens there; None for any other host."""
    found = _HOST.fullmatch(host.strip().rstrip("."))
    return found["region"].lower() if found else None


def smtp_password(secret_key: str, region: str) -> str:
    """The SMTP password for one region that follows from an IAM user's secret key; the user name is the key's id.

    A chain of HMAC-SHA256 as in a version 4 signature, over a date that never changes, behind a byte that tells the
    version. Keys of a role or a session have no SMTP password, which cannot be seen from the key itself.
    """
    key = f"AWS4{secret_key}".encode()
    for part in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        key = hmac.digest(key, part.encode(), "sha256")
    return base64.b64encode(b"\x04" + key).decode("ascii")
