"""Messages as receivers have them, and bounces, to be read by tests."""

from __future__ import annotations

import json

SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=tok; d=example.com;\r\n"
    "\tt=1764000000; h=From:To:Subject:MIME-Version:List-Unsubscribe:List-Unsubscribe-Post:\r\n\t Message-ID:Date;"
    " bh=x; b=y\r\n"
)
BY_AMAZON = "DKIM-Signature: v=1; a=rsa-sha256; s=amz; d=amazonses.com; h=From:To; bh=x; b=y\r\n"
PASSES = (
    "Authentication-Results: mx.google.com;\r\n"
    "       dkim=pass header.i=@example.com header.s=tok header.b=abc;\r\n"
    "       dkim=pass header.i=@amazonses.com header.s=amz;\r\n"
    "       spf=pass (google.com: domain of 0102@bounce.example.com designates 54.240.9.1 (as) permitted sender)"
    " smtp.mailfrom=0102@bounce.example.com;\r\n"
    "       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com\r\n"
)


def message(
    *,
    results: str = PASSES,
    signatures: str = SIGNED + BY_AMAZON,
    return_path: str = "0102@bounce.example.com",
    more: str = "",
    author: str = "Shop <hello@example.com>",
) -> bytes:
    """A message that SES sent and Gmail received, as it should be unless something else is asked for."""
    return (
        f"Delivered-To: you@gmail.com\r\nReturn-Path: <{return_path}>\r\n{results}{signatures}"
        f"From: {author}\r\nTo: you@gmail.com\r\nSubject: Your order\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
        "Message-ID: <0102-0-000000@eu-west-1.amazonses.com>\r\n"
        f"Feedback-ID: ::1.eu-west-1.abc=:AmazonSES\r\n{more}\r\nHello\r\n"
    ).encode()


def bounce(reply: str) -> bytes:
    """A bounce as MTAs write them (RFC 3464)."""
    return (
        "From: MAILER-DAEMON@eu-west-1.amazonses.com\r\nTo: hello@example.com\r\nSubject: Undeliverable\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; a9-1.smtp-out.eu-west-1.amazonses.com\r\n\r\n"
        "Final-Recipient: rfc822; you@gmail.com\r\nAction: failed\r\nStatus: 5.7.26\r\n"
        f"Diagnostic-Code: {reply}\r\n\r\n"
        "--b--\r\n"
    ).encode()


def event(reply: str, *, wrapped: bool = False) -> bytes:
    """SES's own notice of a bounce, as a queue has it with and without raw delivery."""
    told = {"eventType": "Bounce", "bounce": {"bouncedRecipients": [{"diagnosticCode": reply}]}}
    return json.dumps({"Type": "Notification", "Message": json.dumps(told)} if wrapped else told).encode()
