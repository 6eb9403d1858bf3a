"""Names of regions: a slip is told before anything is asked, a region nobody knows yet is taken as it is."""

from __future__ import annotations

import pytest

from sendready.model.regions import SES_REGIONS, nearest_region, partition_of, region_of_feedback_host


@pytest.mark.parametrize("region", [*SES_REGIONS, "mx-central-1", "ap-southeast-7", "us-isob-east-1", "eusc-central-1"])
def test_what_may_be_a_region_is_taken(region: str) -> None:
    assert nearest_region(region) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("eu-wst-1", "eu-west-1"), ("euwest1", "eu-west-1"), ("us-east1", "us-east-1"), ("Ireland", ""), ("x", "")],
)
def test_what_can_be_none_is_told_with_what_was_meant(typed: str, meant: str) -> None:
    assert nearest_region(typed) == meant


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")]
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("feedback-smtp.eu-west-1.amazonses.com", "eu-west-1"),
        ("Feedback-SMTP.us-gov-west-1.AmazonSES.com.", "us-gov-west-1"),
        ("inbound-smtp.eu-west-1.amazonaws.com", None),
        ("feedback-smtp.eu-west-1.amazonses.com.example.com", None),
        ("", None),
    ],
)
def test_a_feedback_host_names_its_region(host: str, region: str | None) -> None:
    assert region_of_feedback_host(host) == region
