"""Everything the lab serves below `com`: the broken zones, and random ones on three makes of server."""

from __future__ import annotations

import rows_dkim
import rows_mail
import rows_subdomains
import rows_unforeseen
import rows_zone
from random_zones import random_zone
from tree import Served

ROWS = (*rows_dkim.ROWS, *rows_mail.ROWS, *rows_zone.ROWS, *rows_subdomains.ROWS, *rows_unforeseen.ROWS)
RANDOM = tuple(random_zone(seed) for seed in range(12))
MAKES = ("bind", "knot", "nsd")

ALL = (
    *(zone for row in ROWS for zone in row.zones),
    *(
        Served(zone.apex, dict.fromkeys(MAKES, zone.text), tuple(f"{make}.lab.net" for make in MAKES))
        for zone in RANDOM
    ),
)
