"""Worlds over the lab's DNS and a practice AWS that believes whatever it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from practising import Worlds
from rows import TOKENS, ZONE
from tree import Lab

from sendready.practice.aws.ses_state import Identity, MailFrom, Watch
from sendready.practice.servers import Practice
from sendready.wiring import Connection

FAR = timedelta(days=365)


@dataclass
class LabWorlds:
    """Opens worlds over the lab's DNS and a practice AWS."""

    practice: Practice
    lab: Lab
    state: Path

    def connection(self) -> Connection:
        plain = Worlds(self.practice, self.state).connection()
        environment = {
            name: value
            for name, value in plain.environment.items()
            if name not in ("SENDREADY_DNS_MAP", "SENDREADY_RESOLVER")
        }
        return replace(plain, environment={**environment, "SENDREADY_RESOLVER": self.lab.resolver})

    def hold(self, domain: str, status: str) -> None:
        """Puts an identity into SES that it does not look at by itself."""
        now = self.practice.clock.now()
        began = now - timedelta(days=30 if status != "PENDING" else 0)
        success = None if status in ("PENDING", "FAILED") else began
        watch = Watch(status, began, now + FAR, last_checked=now, last_success=success)
        self.practice.ses.granted = True
        self.practice.ses.identities[domain] = Identity(
            domain,
            began,
            tokens=TOKENS,
            hosted_zone=ZONE,
            dkim=watch,
            mail_from=MailFrom(f"bounce.{domain}", "USE_DEFAULT_VALUE", replace(watch)),
        )
