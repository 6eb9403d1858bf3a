"""DMARC records beside checkdmarc, without addresses for reports, for which it asks DNS: refused by both or by none.

Where the two part on purpose, the table says by which section of RFC 9989.
"""

from __future__ import annotations

import warnings

from hypothesis import given, settings
from hypothesis import strategies as st

from sendready.mailauth.dmarc import parse
from sendready.model.dmarc import DmarcFault, DmarcRecord

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import checkdmarc.dmarc as theirs

_policy = st.sampled_from(["none", "quarantine", "reject", "REJECT", "block", "non", ""])
_tag = st.one_of(
    st.builds("{}={}".format, st.sampled_from(["p", "sp", "np", "P"]), _policy),
    st.builds(
        "{}={}".format, st.sampled_from(["adkim", "aspf", "t", "psd"]), st.sampled_from(["r", "s", "y", "n", "x"])
    ),
    st.builds("pct={}".format, st.sampled_from(["0", "50", "100", "x"])),
    st.builds("fo={}".format, st.sampled_from(["0", "1", "d:s", "0:1", "x"])),
    st.sampled_from(["x=1", "ri=86400", "rf=afrf", "p=none, sp=none", "p=none sp=none", "p none", "1=2"]),
)
_record = st.builds(
    lambda version, tags, end: "; ".join([version, *tags]) + end,
    st.sampled_from(["v=DMARC1", "V = DMARC1", "v=dmarc1", "v=DMARC1 p=none", " v=DMARC1"]),
    st.lists(_tag, max_size=4),
    st.sampled_from(["", ";", " ; "]),
)

_FATAL = (DmarcFault.SEPARATOR, DmarcFault.POLICY_INVALID, DmarcFault.DUPLICATE)


def _has(record: DmarcRecord | None, *faults: DmarcFault) -> bool:
    return record is not None and bool(record.faults(*faults))


EXPLAINED = {
    "4.8: an invalid value of `psd` counts as the default, as one of `adkim` does; checkdmarc refuses the record": (
        lambda text, ours, refused: refused and _has(ours, DmarcFault.VALUE_INVALID)
    ),
    "4.7: nothing may stand in front of `v`; checkdmarc drops the space there": (
        lambda text, ours, refused: not refused and text.startswith(" ")
    ),
    "4.7: values are case-insensitive but for that of `v`, which checkdmarc reads in any case": (
        lambda text, ours, refused: not refused and text.startswith("v=dmarc1")
    ),
    "4.7: a removed tag is an unknown one and is ignored whatever its value and however often; checkdmarc reads it": (
        lambda text, ours, refused: refused and _has(ours, DmarcFault.PCT, DmarcFault.REMOVED)
    ),
}
"""Where both differ on purpose."""


@settings(max_examples=400, deadline=None)
@given(_record)
def test_both_refuse_the_same_records(text: str) -> None:
    ours = parse([text.encode()])
    try:
        theirs.parse_dmarc_record(text, "example.com")
        refused = False
    except theirs.DMARCError:
        refused = True

    if refused != (ours is None or _has(ours, *_FATAL)):
        assert any(applies(text, ours, refused) for applies in EXPLAINED.values()), (text, refused)
