"""A real Chromium without a screen, driven over its own pipe (Chrome DevTools Protocol): no driver, no library."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""None where there is none; the tests then skip."""

PATIENCE = 60.0
"""Seconds after which an answer that should have come is given up on."""


class Chromium:
    """One page in one browser of its own."""

    def __init__(self, profile: Path) -> None:
        assert PROGRAM is not None
        theirs, self._out = os.pipe()
        self._in, answers = os.pipe()
        # The protocol wants to be read from descriptor 3 and answered on 4, whatever numbers the pipes have here.
        script = f'exec 3<&{theirs} 4>&{answers}; exec "$@" 2>/dev/null'
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
        self.process = subprocess.Popen(
            ["bash", "-c", script, "chromium", PROGRAM, *arguments, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(theirs, answers),
            env={**os.environ, "HOME": str(profile)},
            start_new_session=True,
        )
        os.close(theirs)
        os.close(answers)
        self._number, self._buffer, self._session = 0, b"", ""
        self.requested: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self._call(f"{domain}.enable")

    def close(self) -> None:
        os.close(self._out)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._in)

    def show(self, page: Path, width: int, height: int = 900, *, dark: bool = False, medium: str = "screen") -> None:
        """Opens a file in a window of that many pixels; below 600 it is a phone's."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", media=medium, features=[scheme])
        self._call("Page.navigate", url=page.as_uri())
        self.until("document.readyState === 'complete' && location.protocol === 'file:'")

    def allow_clipboard(self) -> None:
        self._call(
            "Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"], browser=True
        )

    def run(self, script: str) -> Any:  # noqa: ANN401  whatever the script is worth
        """What a script's expression is worth on the page; promises are awaited."""
        answer = self._call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Presses with the mouse in the middle of an element."""
        quoted = json.dumps(selector)
        x, y = self.run(
            f"(() => {{ const e = document.querySelector({quoted}); e.scrollIntoView({{block: 'center'}});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def until(self, condition: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self.run(condition):
            assert time.monotonic() < deadline, condition

    def picture(self) -> str:
        """The whole page as PNG, in base64."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        data: str = self._call(
            "Page.captureScreenshot",
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1},
        )["data"]
        return data

    def paper(self) -> str:
        """The page as PDF, in base64."""
        data: str = self._call("Page.printToPDF")["data"]
        return data

    def _call(self, method: str, *, browser: bool = False, **params: object) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session and not browser:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._read(deadline)
            if answer.get("method") == "Network.requestWillBeSent":
                self.requested.append(answer["params"]["request"]["url"])
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result

    def _read(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "Chromium says nothing"
            piece = os.read(self._in, 1 << 20)
            assert piece, "Chromium is gone"
            self._buffer += piece
        head, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(head)
        return answer
