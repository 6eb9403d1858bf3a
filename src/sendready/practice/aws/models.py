"""Botocore's service models, loaded when first asked for, and the routes that their URIs make."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from sendready.practice.aws.errors import Protocol

MOVED = {
    "ListEmailIdentities": (("GET", "/v2/email/identities"), ("POST", "/v2/email/list-identities")),
    "ListConfigurationSets": (
        ("GET", "/v2/email/configuration-sets"),
        ("POST", "/v2/email/list-configuration-sets"),
    ),
    "PutEmailIdentityDkimSigningAttributes": (
        ("PUT", "/v1/email/identities/{EmailIdentity}/dkim/signing"),
        ("PUT", "/v2/email/identities/{EmailIdentity}/dkim/signing"),
    ),
}
"""Operations whose URI AWS has moved; clients of every age use one or the other."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path that leads to an operation."""

    method: str
    pattern: re.Pattern[str]
    operation: str
    literal: int
    """How many characters of the path are fixed: the route with the most wins."""


@cache
def service_models() -> Models:
    """The models as every practice world of this process reads them: they are large and never change."""
    return Models()


class Models:
    """All service models; thread-safe, and each is read only once it is needed."""

    def __init__(self) -> None:
        self._loader = Loader()
        self._lock = threading.Lock()
        self._services: dict[str, ServiceModel] = {}
        self._routes: dict[str, list[Route]] = {}

    def service(self, name: str) -> ServiceModel:
        """The model of `name`, botocore's name of the service."""
        with self._lock:
            if name not in self._services:
                description = self._loader.load_service_model(name, "service-2")
                self._services[name] = ServiceModel(description, name)
            return self._services[name]

    def operation(self, service: str, name: str) -> OperationModel | None:
        """One operation, or None where the model has no such name."""
        model = self.service(service)
        return model.operation_model(name) if name in model.operation_names else None

    def protocol(self, service: str, *, has_target: bool) -> Protocol:
        """How a request speaks; `has_target` tells whether it carries an `X-Amz-Target` header."""
        match service:
            case "sesv2":
                return Protocol.REST_JSON
            case "route53":
                return Protocol.REST_XML
            case _:
                return Protocol.JSON if has_target or service == "events" else Protocol.QUERY

    def route(self, service: str, method: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The operation behind a method and path of a REST service, and the values found in the path."""
        for route in self._table(service):
            found = route.pattern.fullmatch(path) if route.method == method else None
            if found:
                return route.operation, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def _table(self, service: str) -> list[Route]:
        model = self.service(service)
        with self._lock:
            if service not in self._routes:
                table = []
                for name in model.operation_names:
                    http = model.operation_model(name).http
                    own = (http["method"], http["requestUri"].partition("?")[0])
                    aliases = MOVED.get(name, ()) if service == "sesv2" else ()
                    table += [_route(method, uri, name) for method, uri in {own, *aliases}]
                self._routes[service] = sorted(table, key=lambda route: -route.literal)
            return self._routes[service]


def _route(method: str, uri: str, operation: str) -> Route:
    pattern = ""
    literal = 0
    for part in re.split(r"(\{[^}]+\})", uri.rstrip("/")):
        if part.startswith("{"):
            name = part[1:-1]
            pattern += f"(?P<{name.rstrip('+')}>.+)" if name.endswith("+") else f"(?P<{name}>[^/]+)"
        else:
            pattern += re.escape(part)
            literal += len(part)
    return Route(method, re.compile(pattern + "/?"), operation, literal)
