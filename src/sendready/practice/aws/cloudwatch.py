"""CloudWatch: SES's two reputation metrics where somebody has bent them; every other series is empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sendready.practice.aws.cloud import Call, Members, Operations

OPERATIONS = Operations()


@dataclass
class Reputation:
    """What SES has written of one account and region, by metric, as fractions."""

    rates: dict[str, float] = field(default_factory=dict)
    """`Reputation.BounceRate`, `Reputation.ComplaintRate`."""


@OPERATIONS("GetMetricData")
def get_metric_data(call: Call) -> Members:
    """One series per query that returns data: a datum at the end of the time asked for, or none."""
    return {
        "MetricDataResults": [_series(call, query) for query in call["MetricDataQueries"] if _returns(query)],
        "Messages": [],
    }


def _returns(query: dict[str, Any]) -> bool:
    return bool(query.get("ReturnData", True))


def _series(call: Call, query: dict[str, Any]) -> Members:
    metric = query.get("MetricStat", {}).get("Metric", {})
    value = None
    if metric.get("Namespace") == "AWS/SES" and not metric.get("Dimensions"):
        value = call.cloud.state(Reputation, call.account, call.region).rates.get(metric.get("MetricName", ""))
    return {
        "Id": query["Id"],
        "Label": query.get("Label") or metric.get("MetricName", query["Id"]),
        "Timestamps": [] if value is None else [call["EndTime"]],
        "Values": [] if value is None else [value],
        "StatusCode": "Complete",
    }
