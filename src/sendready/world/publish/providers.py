"""The octoDNS providers that may be used: those whose `_apply` was read and writes single record sets.

Providers that write whole zones (transip, sakuracloud, …) are left out: they would write back what they cannot read.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sendready.model.answers import Publish
from sendready.model.errors import BadInput


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, and what its constructor is given."""

    host: str
    """What it is called in a sentence."""
    module: str
    of_class: str
    needed: Mapping[str, tuple[str, ...]]
    """By parameter: the variables it is read from, the usual one first; the first that is set counts."""
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixed: Mapping[str, object] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """Its name at PyPI; it also is the name of our extra, without `octodns-`."""
        return self.module.replace("_", "-")

    def arguments(self, environment: Mapping[str, str], how: Publish) -> dict[str, Any]:
        """The constructor's arguments.

        Raises:
            BadInput: a variable is missing; the hint is the line that sets all that are.
        """
        given = {
            name: _first(variables, environment) for name, variables in (*self.needed.items(), *self.optional.items())
        }
        missing = [variables[0] for name, variables in self.needed.items() if given[name] is None]
        if missing:
            raise BadInput(
                f"--publish {how.value} needs {' and '.join(missing)}",
                "export " + " ".join(f"{name}=…" for name in missing),
            )
        return {**{name: value for name, value in given.items() if value is not None}, **self.fixed}

    def load(self, how: Publish) -> Any:  # noqa: ANN401  the package's own class
        """The class, imported now. Raises BadInput where the package is not installed."""
        import importlib

        try:
            return getattr(importlib.import_module(self.module), self.of_class)
        except ModuleNotFoundError as error:
            extra = f".[{self.package.removeprefix('octodns-')}]"
            raise BadInput(
                f"--publish {how.value} needs the package {self.package} ({error.name} is not installed)",
                f"Install it with the extra, in the checkout: uv tool install {shlex.quote(extra)}",
            ) from None


def _first(variables: tuple[str, ...], environment: Mapping[str, str]) -> str | None:
    return next((environment[name] for name in variables if environment.get(name)), None)


PROVIDERS: Mapping[Publish, Provider] = {
    Publish.CLOUDFLARE: Provider(
        "Cloudflare",
        "octodns_cloudflare",
        "CloudflareProvider",
        {"token": ("CLOUDFLARE_TOKEN", "CLOUDFLARE_API_TOKEN", "CF_API_TOKEN")},
        {"email": ("CLOUDFLARE_EMAIL",), "account_id": ("CLOUDFLARE_ACCOUNT_ID",), "api_url": ("CLOUDFLARE_API_URL",)},
        # A record is created unproxied (`cdn` off). Page rules want a permission of their own; nobody waits 300 s.
        {"cdn": False, "pagerules": False, "retry_count": 0},
    ),
    Publish.DIGITALOCEAN: Provider(
        "DigitalOcean",
        "octodns_digitalocean",
        "DigitalOceanProvider",
        {"token": ("DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN")},
    ),
    Publish.DNSIMPLE: Provider(
        "DNSimple",
        "octodns_dnsimple",
        "DnsimpleProvider",
        {"token": ("DNSIMPLE_TOKEN",), "account": ("DNSIMPLE_ACCOUNT",)},
    ),
    Publish.GANDI: Provider(
        "Gandi", "octodns_gandi", "GandiProvider", {"token": ("GANDI_TOKEN", "GANDI_PERSONAL_ACCESS_TOKEN")}
    ),
    Publish.HETZNER: Provider(
        "Hetzner",
        "octodns_hetzner",
        "HetznerProvider",
        {"token": ("HETZNER_CLOUD_TOKEN", "HETZNER_TOKEN", "HCLOUD_TOKEN")},
        fixed={"backend": "hcloud"},
    ),
    Publish.OVH: Provider(
        "OVHcloud",
        "octodns_ovh",
        "OvhProvider",
        {
            "endpoint": ("OVH_ENDPOINT",),
            "application_key": ("OVH_APPLICATION_KEY",),
            "application_secret": ("OVH_APPLICATION_SECRET",),
            "consumer_key": ("OVH_CONSUMER_KEY",),
        },
    ),
    Publish.POWERDNS: Provider(
        "PowerDNS",
        "octodns_powerdns",
        "PowerDnsProvider",
        {"host": ("POWERDNS_HOST",), "api_key": ("POWERDNS_API_KEY",)},
        {"port": ("POWERDNS_PORT",), "scheme": ("POWERDNS_SCHEME",), "server_id": ("POWERDNS_SERVER_ID",)},
    ),
    Publish.BIND: Provider(
        "BIND",
        "octodns_bind",
        "Rfc2136Provider",
        {"host": ("AXFR_HOST",)},
        {
            "port": ("AXFR_PORT",),
            "key_name": ("AXFR_KEY_NAME",),
            "key_secret": ("AXFR_KEY_SECRET",),
            "key_algorithm": ("AXFR_KEY_ALGORITHM",),
        },
    ),
}
