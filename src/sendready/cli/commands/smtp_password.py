"""`sendready smtp-password`: the SMTP password of a region, out of a secret key that is read and never kept."""

from __future__ import annotations

import os
import re

from sendready.cli.options import Common
from sendready.cli.output import Console
from sendready.cli.session import connection_from
from sendready.model import smtp
from sendready.model.errors import BadInput, ExitCode
from sendready.model.regions import SES_REGIONS, nearest_region
from sendready.wiring import read_config

_KEY_ID = re.compile(r"A[KS]IA[A-Z0-9]{16}")
"""The id of an access key: `AKIA…` of a user, `ASIA…` of a session."""


def smtp_password(*, common: Common | None = None) -> int:
    """Derive the SMTP password for a region from the secret key of an IAM user.

    The key is asked for without being shown, or read from standard input: never an argument, never kept anywhere. The
    user name is the key's id. Keys of a role or a session, which expire, cannot be used for SMTP.

    printf %s "$SECRET_KEY" | sendready smtp-password --region eu-west-1
    """
    common = common or Common()
    console = Console(no_color=common.no_color)
    region = _region(common)
    host = smtp.smtp_host(region)
    if host is None:
        raise BadInput(f"SES has no SMTP host in {region}", f"It has one in {', '.join(smtp.SMTP_REGIONS)}")
    if region not in SES_REGIONS:
        console.note(f"whether {region} has an SMTP host is not known here")
    password = smtp.smtp_password(_secret(console), region)
    console.text(password)
    console.note(
        f"for {host}, port {smtp.PORT} (STARTTLS); the user name is the key's id. It is good in {region} only, and for"
        " as long as the key is"
    )
    return ExitCode.DONE


def _region(common: Common) -> str:
    """The region that was named. Raises BadInput where none was: a password for a guessed one is worth nothing.

    A profile's own region is not looked up: that would load boto3 for one word.
    """
    environment = os.environ
    named = connection_from(common, read_config(common.config)).region
    region = named or environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or ""
    if not region:
        raise BadInput("--region is needed: the password is good in one region only")
    if (meant := nearest_region(region)) is not None:
        raise BadInput(f"`{region}` is no AWS region", f"Did you mean `{meant}`?" if meant else "Such as eu-west-1")
    return region


def _secret(console: Console) -> str:
    """The secret key. Raises BadInput for what is none; what was given is never repeated."""
    secret = console.ask_hidden("secret key (not shown): ")
    if not secret:
        raise BadInput("no secret key was given", "Type it at the prompt, or pass it on standard input")
    if _KEY_ID.fullmatch(secret):
        raise BadInput("that is the key's id, which is the user name; its secret is wanted")
    if len(secret.split()) > 1 or not secret.isascii() or not secret.isprintable():
        raise BadInput("that is no secret key: it is one word of letters, digits, `+` and `/`")
    return secret
