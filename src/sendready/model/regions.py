"""Where SES is, and where its keys are published (AWS General Reference, SES endpoints and quotas)."""

from __future__ import annotations

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


def documented_signing_zone(region: str) -> str:
    """The zone DKIM CNAMEs point into, for when SES itself does not say; what SES says always wins."""
    return f"dkim.{region}.amazonses.com" if region in _OWN_SIGNING_ZONE else "dkim.amazonses.com"
