"""What a person types for a domain or an address: put right where that is safe, else refused with a right guess."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sendready.model.errors import BadInput, ExitCode
from sendready.model.identity import Identity, IdentityKind
from sendready.steps.naming import read_identity

LABEL_63 = "a" * 63
LONGEST = ".".join([LABEL_63] * 3 + ["a" * 57, "com"])
"""253 octets: the longest name there is."""


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("example.com", "example.com"),
        ("EXAMPLE.Com", "example.com"),
        ("example.com.", "example.com"),
        ("  example.com\n", "example.com"),
        ("\u3000example.com\u00a0", "example.com"),
        ("a-b.example.co.uk", "a-b.example.co.uk"),
        ("1and1.com", "1and1.com"),
        ("123.example", "123.example"),
        ("example\u3002com", "example.com"),
        ("example\uff0ecom\uff0e", "example.com"),
        ("example\uff61com", "example.com"),
        ("\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45.com", "example.com"),
        ("\ufeffexample.com", "example.com"),
        ("exam\u00adple.com", "example.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("MÜNCHEN.DE", "xn--mnchen-3ya.de"),
        ("mu\u0308nchen.de", "xn--mnchen-3ya.de"),
        ("faß.de", "xn--fa-hia.de"),
        ("fass.de", "fass.de"),
        ("日本.jp", "xn--wgv71a.jp"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("XN--MNCHEN-3YA.de", "xn--mnchen-3ya.de"),
        ("\u212aelvin.example", "kelvin.example"),
        ("www.de", "www.de"),
        ("www.ck", "www.ck"),
        ("github.io", "github.io"),
        ("shop.k12.ca.us", "shop.k12.ca.us"),
        (f"{LABEL_63}.com", f"{LABEL_63}.com"),
        (LONGEST, LONGEST),
    ],
)
def test_a_domain_is_put_into_the_one_form_we_compare(typed: str, name: str) -> None:
    identity = read_identity(typed)

    assert (identity.name, identity.kind, identity.domain) == (name, IdentityKind.DOMAIN, name)
    assert identity.typed == ("" if typed == name else typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("hello@example.com", "hello@example.com"),
        ("Hello@EXAMPLE.com", "Hello@example.com"),
        ("<a@b.example>", "a@b.example"),
        (" a@b.example. ", "a@b.example"),
        ("first.last+label@example.com", "first.last+label@example.com"),
        ("o'brien@münchen.de", "o'brien@xn--mnchen-3ya.de"),
    ],
)
def test_an_address_keeps_the_case_of_its_local_part(typed: str, name: str) -> None:
    identity = read_identity(typed)

    assert (identity.name, identity.kind) == (name, IdentityKind.ADDRESS)
    assert identity.typed == ("" if typed == name else typed)


@pytest.mark.parametrize(
    ("typed", "why", "guess"),
    [
        ("https://example.com", "is a URL", "example.com"),
        ("HTTPS://Example.COM/", "is a URL", "example.com"),
        ("https://user:secret@example.com:8443/path?query=1#part", "is a URL", "example.com"),
        ("https:/example.com", "is a URL", "example.com"),
        ("//example.com/path", "is a URL", "example.com"),
        ("example.com/path", "is a URL", "example.com"),
        ("example.com:443", "is a URL", "example.com"),
        ("example.com?x=1", "is a URL", "example.com"),
        ("https://www.example.com", "is a URL", "example.com"),
        ("https://münchen.de/", "is a URL", "münchen.de"),
        ("www.example.com", "web host", "example.com"),
        ("WWW.EXAMPLE.com", "web host", "example.com"),
        ("\uff57\uff57\uff57.example.com", "web host", "example.com"),
        ("*.example.com", "wildcard", "example.com"),
        ("*.www.example.com", "wildcard", "example.com"),
        ("_dmarc.example.com", "underscore", "example.com"),
        ("tok._domainkey.example.com", "underscore", "example.com"),
        ("exa mple.com", "a space", "example.com"),
        ("example.com example.org", "a space", None),
        ("example..com", "empty label", "example.com"),
        (".example.com", "empty label", "example.com"),
        ("example.com..", "empty label", "example.com"),
        ("example", "single label", "example.com"),
        ("-example.com", "no host name", "example.com"),
        ("example.com,", "no host name", "example.com"),
        ('"example.com"', "no host name", "example.com"),
        ("exam!ple.com", "no host name", None),
        ("example-.com", "no host name", None),
        ("exam\x00ple.com", "no host name", None),
        ("exam\x1b[31mple.com", "no host name", None),
        ("mailto:a@b.example", "is a link", "a@b.example"),
        ("MAILTO:a@b.example?subject=x", "is a link", "a@b.example"),
        ("Ann <a@b.example>", "more than an address", "a@b.example"),
        ("@example.com", "lacks the part before", "example.com"),
        ("a@www.b.example", "web host", "a@b.example"),
        ("a@b.example,", "no host name", "a@b.example"),
        ("a@b.example?x", "no host name", "a@b.example"),
        ("a@", "lacks the domain", None),
        ("@", "lacks the part before", None),
        (".", "lacks", None),
        ("a@b@c.example", "before the @", None),
        ("a b@c.example", "before the @", None),
        ("<<a@b.example>", "before the @", None),
        ("ü@c.example", "before the @", None),
        ("192.0.2.1", "IP address", None),
        ("192.0.2.1:25", "is a URL", None),
        ("192.0.2.300", "ends in a number", None),
        ("\uff11\uff19\uff12.0.2.1", "IP address", None),
        ("2001:db8::1", "IP address", None),
        ("[2001:db8::1]", "IP address", None),
        ("a@[192.0.2.1]", "IP address", None),
        (f"a{LABEL_63}.com", "63 characters", None),
        (f"a.{LONGEST}", "253 characters", None),
        (f"{'ü' * 60}.de", "international", None),
        ("☕.example", "international", None),
        ("i❤️.example", "international", None),
        ("a\u0301\u202e.example", "international", None),
        (f"{'a' * 65}@b.example", "before the @", None),
        (f"{'a' * 65}@{LONGEST}", "before the @", None),
        ("co.uk", "where others register", None),
        ("gmail.com", "a provider of mailboxes", None),
        ("", "no domain", None),
        ("  \t", "no domain", None),
    ],
)
def test_what_is_no_domain_is_refused_with_the_reason_and_a_guess_that_is_right(
    typed: str, why: str, guess: str | None
) -> None:
    with pytest.raises(BadInput) as caught:
        read_identity(typed)

    error = caught.value
    assert why in f"{error.message}: {error.hint}"
    assert error.exit_code is ExitCode.USAGE
    assert error.hint
    assert guess_in(error) == guess
    assert len(error.message) < 300


def guess_in(error: BadInput) -> str | None:
    found = re.fullmatch(r"Did you mean `(.*)`\?", error.hint or "", re.DOTALL)
    return found.group(1) if found else None


def test_mixed_scripts_are_read_as_they_are_typed_and_never_as_their_lookalike() -> None:
    assert read_identity("p\u0430ypal.com").name == "xn--pypal-4ve.com"


ugly = st.one_of(
    st.text(),
    st.text(alphabet="aA.@*<>:/?#-_ 0ßü\u3002\uff0e\uff57\u200b\u00adx"),
    st.from_regex(
        r"(https?://|www\.|\*\.|mailto:|<)?([a-z]+@)?([a-z0-9-]{1,9}[.]){1,4}[a-z]{1,5}[.>/:]?", fullmatch=True
    ),
    st.lists(st.sampled_from(["www", "*", "a", "xn--", "xn--mnchen-3ya", "ü", "日本", "", "_x", "1"])).map(".".join),
)


@given(ugly)
@example("\uff57\uff57\uff57.example.com")
@example("<<a@b.example>")
@example("\u2488com")
@example("a@\u2100.example")
@example("xn--a.example")
@example("xn--www-.example")
def test_whatever_is_typed_is_read_or_refused_and_what_was_read_is_read_again_as_itself(typed: str) -> None:
    try:
        identity = read_identity(typed)
    except BadInput as error:
        guess = guess_in(error)
        if guess is not None:
            read_identity(guess)
    else:
        assert read_identity(identity.name) == identity
        assert identity.name.isascii()
        assert identity.domain == identity.domain.lower()


def test_two_ways_of_typing_one_domain_are_one_identity() -> None:
    assert read_identity("EXAMPLE.com.") == read_identity("example.com") == Identity("example.com")


@pytest.mark.parametrize("name", ["nhs.uk", "sa.gov.au", "oslo.no"])
def test_a_suffix_whose_owner_sends_mail_is_a_domain_like_any_other(name: str) -> None:
    assert read_identity(name).name == name
