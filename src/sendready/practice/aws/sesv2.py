"""All of SES's API v2 that practice offers."""

from __future__ import annotations

from sendready.practice.aws import (
    account,
    configuration_sets,
    event_destinations,
    identities,
    identity_settings,
    sending,
    suppression,
)
from sendready.practice.aws.cloud import Operations

OPERATIONS = Operations(
    account.OPERATIONS,
    identities.OPERATIONS,
    identity_settings.OPERATIONS,
    configuration_sets.OPERATIONS,
    event_destinations.OPERATIONS,
    suppression.OPERATIONS,
    sending.OPERATIONS,
)
