"""`sendready policy --for PURPOSE`: the IAM policy that is enough for it, as JSON to be attached to a user or role."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from cyclopts import Parameter

from sendready.cli.options import Common
from sendready.cli.output import Console
from sendready.model.errors import ExitCode
from sendready.steps.naming import read_identity
from sendready.steps.permissions import Purpose
from sendready.steps.permissions import policy as policy_of


def policy(
    domain: Annotated[str | None, Parameter(help="Hold it to this identity, where AWS can.")] = None,
    /,
    *,
    common: Common | None = None,
    purposes: Annotated[
        list[Literal["check", "setup", "publish", "test", "send", "cleanup", "all"]] | None,
        Parameter(name="--for", negative="", help="What it is to be enough for; may be repeated. `all` by default."),
    ] = None,
) -> int:
    """Print the least IAM policy for what you want to do: look, set up, publish records, test, send, clean up.

    `--region us-gov-west-1` gives it with the ARNs of that partition.
    """
    common = common or Common()
    identity = read_identity(domain).name if domain is not None else "*"
    wanted = [Purpose(given) for given in purposes or ["all"]]
    document = policy_of(wanted, common.region or "", identity)
    Console(no_color=common.no_color).text(json.dumps(document, indent=2))
    return ExitCode.DONE
