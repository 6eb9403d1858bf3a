"""CloudWatch: a practice account has sent nothing worth a statistic, so every series is empty."""

from __future__ import annotations

from sendready.practice.aws.cloud import Call, Members, Operations

OPERATIONS = Operations()


@OPERATIONS("GetMetricData")
def get_metric_data(call: Call) -> Members:
    """One empty series per query that returns data."""
    return {
        "MetricDataResults": [
            {
                "Id": query["Id"],
                "Label": query.get("Label")
                or query.get("MetricStat", {}).get("Metric", {}).get("MetricName", query["Id"]),
                "Timestamps": [],
                "Values": [],
                "StatusCode": "Complete",
            }
            for query in call["MetricDataQueries"]
            if query.get("ReturnData", True)
        ],
        "Messages": [],
    }
