"""SMTP passwords follow from a secret key and a region as AWS says, and SES's SMTP hosts are told apart."""

from __future__ import annotations

import pytest

from sendready.model.regions import SES_REGIONS
from sendready.model.smtp import SMTP_REGIONS, region_of_smtp_host, smtp_host, smtp_password

EXAMPLE = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
"""The secret key that AWS's documentation uses everywhere."""


@pytest.mark.parametrize(
    ("region", "password"),
    [
        ("us-east-1", "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"),
        ("us-west-2", "BF2PynzbSCAjX08zhZZnP/kW+T9P5zs/1Er0pi5vTEmd"),
        ("eu-west-1", "BMW5RDrXmmVs0lV7GpI4oLkHXpZ4stDsk6q91z1g38Pk"),
        ("eu-west-3", "BDDdpSTzbzUY3SJq/n4Oq7heDuCWbOtogMi5S3AR673+"),
        ("eu-north-1", "BPfy85A/4ChxYc0s4mIG5bpIlvRl5AP1uupODe8KaHpf"),
        ("eu-central-1", "BF0/eIJm0ruTHsSjOkRuOGzGF+zeSyE3aiRzrzUQ8LwG"),
        ("ap-southeast-2", "BLNVIwl1Vk66qi8YP1q44PSaqUtaoyrS/0LT79VaGBfa"),
    ],
)
def test_a_password_is_derived_for_one_region(region: str, password: str) -> None:
    assert smtp_password(EXAMPLE, region) == password


@pytest.mark.parametrize("region", SMTP_REGIONS)
def test_a_host_says_its_region(region: str) -> None:
    host = smtp_host(region)
    assert host is not None
    assert region_of_smtp_host(f"{host.upper()}.") == region
    assert region_of_smtp_host(host.replace("email-smtp", "email-smtp-fips")) == region


def test_some_regions_have_no_smtp_host_and_a_new_one_is_taken_at_its_word() -> None:
    assert {region for region in SES_REGIONS if smtp_host(region) is None} == {
        *("af-south-1", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1", "eu-south-1", "eu-central-2"),
        *("il-central-1", "me-south-1", "me-central-1"),
    }
    assert smtp_host("xx-north-9") == "email-smtp.xx-north-9.amazonaws.com"
    assert region_of_smtp_host("smtp.example.com") is None
