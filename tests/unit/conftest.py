"""Properties are tried without a deadline and without a database: a slow machine is no failure, and nothing is left."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("sendready", deadline=None, database=None)
settings.load_profile("sendready")
