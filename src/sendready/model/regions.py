"""Where SES is, and where its keys are published (AWS General Reference, SES endpoints and quotas)."""

from __future__ import annotations

import re

SES_REGIONS = (
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-south-1",
    "eu-north-1",
    "il-central-1",
    "me-south-1",
    "me-central-1",
    "sa-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
)
"""The regions with SES; botocore knows more names than SES has."""

_OWN_SIGNING_ZONE = frozenset(
    {
        "af-south-1",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ca-west-1",
        "ap-northeast-3",
        "eu-south-1",
        "eu-central-2",
        "il-central-1",
        "me-central-1",
        "us-gov-east-1",
    }
)


_SHAPE = re.compile(
    r"[a-z]{2,4}(-(gov|iso|isob|isoe|isof))?-((north|south)?(east|west)|north|south|central)-\d{1,2}", re.IGNORECASE
)


def nearest_region(region: str) -> str | None:
    """For a word that can be no region's name, such as `eu-wst-1`: the region that was meant, or an empty string.

    None where it may be one: AWS opens regions that are not listed here yet.
    """
    if region in SES_REGIONS or _SHAPE.fullmatch(region):
        return None
    import difflib

    return next(iter(difflib.get_close_matches(region.lower(), SES_REGIONS, 1)), "")


def documented_signing_zone(region: str) -> str:
    """The zone DKIM CNAMEs point into, for when SES itself does not say; what SES says always wins."""
    return f"dkim.{region}.amazonses.com" if region in _OWN_SIGNING_ZONE else "dkim.amazonses.com"


def partition_of(region: str) -> str:
    """The partition of a region: credentials of one are worth nothing in another."""
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws-cn" if region.startswith("cn-") else "aws"


_FEEDBACK = re.compile(r"feedback-smtp\.(?P<region>[a-z0-9-]+)\.amazonses\.com", re.IGNORECASE)


def region_of_feedback_host(host: str) -> str | None:
    """The region whose SES takes bounces at this mail exchanger; None for any other host."""
    found = _FEEDBACK.fullmatch(host.rstrip("."))
    return found["region"].lower() if found else None
