"""The JavaScript SDK, which checks nothing before it sends, recognises the practice errors by type."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sendready.practice.aws.outages import Outage

if TYPE_CHECKING:
    from sendready.practice.servers import Practice

FOLDER = Path(__file__).parent / "javascript"
ERRORS = {
    "AlreadyExistsException": 400,
    "BadRequestException": 400,
    "NotFoundException": 404,
    "MessageRejected": 400,
    "TooManyRequestsException": 429,
}


def test_errors_are_typed_for_javascript(practice: Practice) -> None:
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "@aws-sdk").is_dir():
        reason = "node or its packages are missing: npm install --no-package-lock in tests/practice/javascript"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    practice.finish("example.com", production=False)
    practice.aws.fail("GetAccount", Outage.THROTTLED)
    done = subprocess.run(
        [node, "tour.js"],
        cwd=FOLDER,
        env=practice.environment | {"PATH": os.environ["PATH"], "HOME": str(FOLDER)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    answer = json.loads(done.stdout)
    for name, status in ERRORS.items():
        assert answer[name] == {"typed": True, "name": name, "status": status}
    assert answer["tokens"] == 3
    assert answer["messageId"].startswith("0102")
    assert answer["checkedAt"] is True
    assert answer["listed"] == ["example.com", "new.example"]
