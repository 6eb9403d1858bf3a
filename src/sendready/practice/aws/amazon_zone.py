"""Amazon's own zone in the practice DNS: SPF, feedback and simulator hosts; SES adds the DKIM keys."""

from __future__ import annotations

from sendready.practice.dns.zones import AMAZON_SERVERS, Zones

SPF = '"v=spf1 ip4:199.255.192.0/22 ip4:199.127.232.0/22 ip4:54.240.0.0/18 ip4:69.169.224.0/20 -all"'
"""What `include:amazonses.com` leads to."""
REGIONS = (
    "us-east-1", "us-east-2", "us-west-1", "us-west-2", "af-south-1", "ap-south-1", "ap-south-2",
    "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-5", "ap-northeast-1",
    "ap-northeast-2", "ap-northeast-3", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2",
    "eu-west-1", "eu-west-2", "eu-west-3", "eu-south-1", "eu-north-1", "il-central-1", "me-south-1",
    "me-central-1", "sa-east-1", "us-gov-east-1", "us-gov-west-1",
)  # fmt: skip
"""Where SES is offered (AWS General Reference, "Amazon SES endpoints and quotas")."""


def make_amazon_zone(zones: Zones) -> None:
    """Creates `amazonses.com`."""
    zone = zones.create("amazonses.com", AMAZON_SERVERS)
    zone.put("amazonses.com", "TXT", 900, [SPF])
    zone.put("amazonses.com", "MX", 900, ["10 inbound-smtp.us-east-1.amazonses.com."])
    zone.put("inbound-smtp.us-east-1.amazonses.com", "A", 900, ["203.0.113.1"])
    zone.put("simulator.amazonses.com", "MX", 900, ["10 inbound-smtp.us-east-1.amazonses.com."])
    for number, region in enumerate(REGIONS, 10):
        zone.put(f"feedback-smtp.{region}.amazonses.com", "A", 900, [f"203.0.113.{number}"])
