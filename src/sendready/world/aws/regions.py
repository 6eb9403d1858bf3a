"""SES in the regions beside the one at work, with the same credentials."""

from __future__ import annotations

from sendready.model.identity import SesIdentity
from sendready.model.regions import SES_REGIONS, partition_of
from sendready.world.aws.ses import SesAdapter
from sendready.world.aws.session import AwsSession


class OtherRegionsAdapter:
    """Implements `model.ports.OtherRegions`."""

    def __init__(self, session: AwsSession, region: str) -> None:
        self._session = session
        self._region = region
        self._adapters: dict[str, SesAdapter] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The other regions of SES in the same partition; credentials are good in one partition only."""
        ours = partition_of(self._region)
        return tuple(name for name in SES_REGIONS if name != self._region and partition_of(name) == ours)

    async def identity(self, region: str, name: str) -> SesIdentity | None:
        """The identity there, or None where SES says that it does not have it."""
        if region not in self._adapters:
            self._adapters[region] = SesAdapter(self._session.beside(region), region)
        return await self._adapters[region].identity(name, attempts=1)
