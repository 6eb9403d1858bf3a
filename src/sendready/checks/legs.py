"""What follows where a leg of DMARC fails, by the ids that say so: all of it is folded under what made it fail."""

from __future__ import annotations

SPF_UNALIGNED = ("DMC034",)
"""SPF does not align: DMARC rests on DKIM alone."""

SPF_FAILS = ("DMC034", "BLK001")
"""SPF does not even pass, which receivers ask of everybody who sends in bulk."""

DKIM_FAILS = ("DMC033", "DMC034", "BLK001", "BLK003")
"""DKIM does not pass, which with SES is the leg that mail stands on."""
