"""Names of regions: a slip is told before anything is asked, a region nobody knows yet is taken as it is."""

from __future__ import annotations

import pytest

from sendready.model.regions import SES_REGIONS, nearest_region


@pytest.mark.parametrize("region", [*SES_REGIONS, "mx-central-1", "ap-southeast-7", "us-isob-east-1", "eusc-central-1"])
def test_what_may_be_a_region_is_taken(region: str) -> None:
    assert nearest_region(region) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("eu-wst-1", "eu-west-1"), ("euwest1", "eu-west-1"), ("us-east1", "us-east-1"), ("Ireland", ""), ("x", "")],
)
def test_what_can_be_none_is_told_with_what_was_meant(typed: str, meant: str) -> None:
    assert nearest_region(typed) == meant
