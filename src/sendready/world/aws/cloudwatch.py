"""CloudWatch, as far as SES writes to it: the account's reputation metrics."""

from __future__ import annotations

from datetime import timedelta

from sendready.model.ports import Clock
from sendready.model.surroundings import Rates
from sendready.world.aws.session import AwsSession

WINDOW = timedelta(days=2)
"""How old a rate may be; SES writes new ones while mail is sent."""

PERIOD = 3600
"""Seconds that one datum stands for."""

_METRICS = {"bounce": "Reputation.BounceRate", "complaint": "Reputation.ComplaintRate"}
"""SES developer guide, monitoring with CloudWatch; fractions, over a volume that SES chooses."""


class CloudWatchAdapter:
    """Implements `model.ports.Metrics`."""

    def __init__(self, session: AwsSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    async def rates(self) -> Rates:
        """The account's newest bounce and complaint rate, in one call."""
        now = self._clock.now()
        answer = await self._session.call(
            "cloudwatch",
            "GetMetricData",
            MetricDataQueries=[
                {
                    "Id": name,
                    "MetricStat": {
                        "Metric": {"Namespace": "AWS/SES", "MetricName": metric},
                        "Period": PERIOD,
                        "Stat": "Average",
                    },
                }
                for name, metric in _METRICS.items()
            ],
            StartTime=now - WINDOW,
            EndTime=now,
            ScanBy="TimestampDescending",
        )
        newest = {row["Id"]: row["Values"][0] for row in answer.get("MetricDataResults", ()) if row.get("Values")}
        return Rates(newest.get("bounce"), newest.get("complaint"))
