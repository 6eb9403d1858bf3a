"""Lists of domains that were seen in unwanted mail: where they are asked, and what the codes they answer with mean."""

from __future__ import annotations

DBL, SURBL = "dbl.spamhaus.org", "multi.surbl.org"

LISTS = {
    DBL: ("Spamhaus DBL", "https://check.spamhaus.org/"),
    SURBL: ("SURBL", "https://surbl.org/surbl-analysis"),
}
"""By the zone that is asked for `example.com.<zone>`: what the list is called, and where it takes domains off."""

_DBL = {2: "spam", 4: "phishing", 5: "malware", 6: "a botnet"} | dict.fromkeys(
    range(102, 107), "a good site that others abuse"
)
_SURBL = {8: "phishing", 16: "malware", 64: "abuse", 128: "a site that was broken into"}


def why_listed(zone: str, code: str) -> str | None:
    """What a list has a domain for, by the address it answers with; None where that is a refusal, or no code of its.

    Spamhaus answers 127.255.255.252, .254 and .255 to questions that it does not take, such as those of public
    resolvers, and 127.0.1.255 to those about addresses; SURBL answers 127.0.0.1 to those it blocks.
    """
    try:
        first, second, kind, number = map(int, code.split("."))
    except ValueError:
        return None
    if zone == DBL and (first, second, kind) == (127, 0, 1) and number != 255:
        return _DBL.get(number, "a reason it does not tell")
    if zone == SURBL and (first, second, kind) == (127, 0, 0) and number > 1:
        return ", ".join(word for bit, word in _SURBL.items() if number & bit) or "a reason it does not tell"
    return None
