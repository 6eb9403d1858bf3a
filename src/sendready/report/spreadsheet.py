"""The records as CSV (RFC 4180), in the columns of the SES console's "Download .csv record set"."""

from __future__ import annotations

import csv
import io

from sendready.model.observation import Observation
from sendready.report.lines import escape

COLUMNS = ("Type", "Name", "Value")


def csv_file(seen: Observation) -> str:
    """One row a record under a head; the priority of an MX stands before its value, as in the console's file."""
    text = io.StringIO()
    rows = csv.writer(text)  # its line ends are CRLF, as the RFC wants them
    rows.writerow(COLUMNS)
    rows.writerows((r.wanted.type.value, r.wanted.name, escape(r.wanted.value)) for r in seen.records)
    return text.getvalue()
