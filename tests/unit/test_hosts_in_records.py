"""The table of records in the words of the form that they are typed into."""

from __future__ import annotations

from builders import KEYS, looked
from name_servers import hosted

from sendready.report.lines import paint
from sendready.report.records import table_lines


def test_the_table_speaks_the_words_of_the_host() -> None:
    text = paint(table_lines(hosted("porkbun", looked())), colour=False)

    assert text.startswith("The DNS host is Porkbun (`Add`)  https://porkbun.com/account/domainsSpeedy\n\n")
    assert f"  Host            {KEYS[0].name.removesuffix('.example.com')}   in zone example.com\n" in text
    assert f"  whole           {KEYS[0].name}\n" in text
    assert "  Answer / Value  feedback-smtp.eu-west-1.amazonses.com\n  Priority        10\n" in text


def test_the_table_writes_values_as_the_host_wants_them() -> None:
    text = paint(table_lines(hosted("route53", looked())), colour=False)

    assert "  Value        10 feedback-smtp.eu-west-1.amazonses.com\n" in text
    assert '  Value        "v=spf1 include:amazonses.com ~all"\n' in text
    assert "prio" not in text


def test_the_table_tells_what_is_peculiar_at_a_host() -> None:
    text = paint(table_lines(hosted("wix", looked())), colour=False)

    assert "Wix takes MX records for the domain itself only" in text


def test_the_table_of_a_host_without_words_keeps_ours() -> None:
    text = paint(table_lines(hosted("loopia", looked())), colour=False)

    assert "The DNS host is Loopia\n" in text
    assert "  host   _dmarc   in zone example.com\n  name   _dmarc.example.com\n  value  " in text
    assert "  prio   10\n" in text
