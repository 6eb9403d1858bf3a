"""Looking at DNS alone: without AWS, with the DKIM tokens from the command line or an earlier look."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from sendready.model.errors import BadInput
from sendready.model.identity import Dkim, Identity, Status
from sendready.model.ports import World
from sendready.model.regions import documented_signing_zone


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class DnsOnly:
    """The options of commands that can look without AWS."""

    dns_only: Annotated[bool, Parameter(negative="", help="Ask DNS alone; needs no AWS.")] = False
    tokens: Annotated[str | None, Parameter(help="A,B,C: the DKIM tokens, with --dns-only.")] = None

    def checked(self) -> DnsOnly:
        """Itself. Raises BadInput where the tokens can be none, or are given for a look that asks SES."""
        if self._named and not self.dns_only:
            raise BadInput("--tokens goes with --dns-only", "SES itself says which tokens there are")
        return self

    def dkim(self, identity: Identity, world: World) -> Dkim | None:
        """The DKIM records to look for without asking SES; None where it is asked, or where no token is known."""
        if not self.dns_only:
            return None
        past = world.store.past(identity.name, world.ses.region)
        named = self._named or past.tokens
        zone = past.signing_zone or documented_signing_zone(world.ses.region)
        return Dkim(Status.NOT_STARTED, named, zone, signing_enabled=True) if named else None

    @property
    def _named(self) -> tuple[str, ...]:
        """The tokens that were given. Raises BadInput for what can be none: each is one label of a name."""
        tokens = tuple(token.strip().lower() for token in (self.tokens or "").split(",") if token.strip())
        for token in tokens:
            if not re.fullmatch(r"[a-z0-9]{1,63}", token):
                raise BadInput(
                    f"--tokens: `{token}` is no DKIM token",
                    "SES names three, of letters and digits; give them without `._domainkey`, comma-separated",
                )
        return tokens
