"""Canonical URLs and registered domains."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import data_file
from transforms.text.urls import (
    MAX_URL_CHARACTERS,
    UrlRuleError,
    UrlRules,
    canonical_url,
    parse_url_rules,
    registered_domain,
)

RULES = parse_url_rules(data_file("tracking_parameters.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.Example.COM:80/a/b/?utm_source=x&b=2&a=1#top", "https://example.com/a/b?a=1&b=2"),
        ("https://example.com", "https://example.com/"),
        ("//example.com/a", "https://example.com/a"),
        ("  https://example.com/a\n", "https://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://m.example.co.uk/a", "https://example.co.uk/a"),
        ("https://www.m.example.com/a", "https://example.com/a"),
        ("https://www.gov.uk/a", "https://www.gov.uk/a"),
        ("https://www.blogspot.com/a", "https://www.blogspot.com/a"),
        ("https://amp.dev/a", "https://amp.dev/a"),
        ("https://example.com/story/amp/", "https://example.com/story"),
        ("https://example.com/story.amp", "https://example.com/story"),
        ("https://example.com/story.amp.html", "https://example.com/story"),
        ("https://example.com/amp/story", "https://example.com/story"),
        ("https://example.com/amplifier/camp", "https://example.com/amplifier/camp"),
        ("https://example.com/a?outputType=amp&id=1", "https://example.com/a?id=1"),
        ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a/amp?amp=1", "https://example.com/a"),
        ("https://www.google.com/amp/s/amp.example.com/a.html", "https://example.com/a.html"),
        ("https://www.google.com/search?q=amp", "https://google.com/search?q=amp"),
        ("https://x.cdn.ampproject.org/about", "https://x.cdn.ampproject.org/about"),
        ("https://bücher.example/ü?q=ä", "https://xn--bcher-kva.example/%C3%BC?q=%C3%A4"),
        ("https://example.com/%7euser/%c3%a9 x", "https://example.com/~user/%C3%A9%20x"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/\ud800", "https://example.com/%ED%A0%80"),
        ("https://example.com/?&&a=1&", "https://example.com/?a=1"),
        ("http://192.168.0.1/a", "https://192.168.0.1/a"),
        ("http://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        ("https://example.com/read?ref=1&page=2", "https://example.com/read?page=2&ref=1"),
    ],
)
def test_variants_fold_into_one(url: str, canonical: str) -> None:
    assert canonical_url(url, RULES) == canonical
    assert canonical_url(canonical, RULES) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mailto:desk@example.com",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "example.com/a",
        "/a/b",
        "https://",
        "https:///a",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://[bad/",
        "https://[::g]/",
        "https://[v1.x]/",
        "https://-☃.☃☃\u200b../",
        f"https://{'a' * 254}.com/",
        f"https://example.com/{'a' * MAX_URL_CHARACTERS}",
        f"https://example.com/{'é' * (MAX_URL_CHARACTERS // 2)}",
    ],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    assert canonical_url(url, RULES) is None


def test_without_rules_every_parameter_stays() -> None:
    assert canonical_url("https://example.com/?utm_source=x") == "https://example.com/?utm_source=x"


@settings(max_examples=400)
@given(
    st.one_of(
        st.text(max_size=60),
        st.builds(
            "{}://{}{}{}".format,
            st.sampled_from(["http", "https", "HTTPS"]),
            st.sampled_from(
                ["www.example.com", "m.www.example.co.uk", "amp.x.org:80", "a.cdn.ampproject.org", "É.fr", "[::1]"]
            ),
            st.text(st.sampled_from("/ampAMP.%e9 ~é?&=#;:@\\html\t"), max_size=30),
            st.text(st.characters(), max_size=20),
        ),
    )
)
def test_canonical_urls_are_their_own_canonical_form(url: str) -> None:
    canonical = canonical_url(url, RULES)
    if canonical is not None:
        assert canonical.startswith("https://")
        assert canonical.isascii()
        assert canonical_url(canonical, RULES) == canonical


@pytest.mark.parametrize(
    ("place", "domain"),
    [
        ("https://news.bbc.co.uk/a", "bbc.co.uk"),
        ("www.BBC.co.uk.", "bbc.co.uk"),
        ("example.com:80/path", "example.com"),
        ("somebody.github.io", "somebody.github.io"),
        ("https://my.blog.blogspot.com/", "blog.blogspot.com"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("https://www.harbourpost.example/a", "harbourpost.example"),
        ("//cdn.example.org/x", "example.org"),
        ("co.uk", None),
        ("localhost", None),
        ("1.2.3.4", None),
        ("1.2.3.999", None),
        ("http://[::1]/", None),
        ("http://[bad", None),
        ("", None),
        ("..", None),
        ("x" * (MAX_URL_CHARACTERS + 1), None),
    ],
)
def test_registered_domain(place: str, domain: str | None) -> None:
    assert registered_domain(place) == domain


@given(st.text(max_size=80))
def test_registered_domain_never_raises_and_is_its_own(text: str) -> None:
    domain = registered_domain(text)
    assert domain is None or registered_domain(domain) == domain


def test_rules_are_read_from_data() -> None:
    text = """
[[parameter]]
name = "ref_*"
reason = "test"
drop = ["REF_x=1&ref_y"]
[[meaning]]
keep = ["reference=1"]
reason = "test"
"""
    assert parse_url_rules(text) == UrlRules(prefixes=("ref_",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[parameter]", "not TOML"),
        ('[[parameter]]\nname = "abc"\nreason = "x"', "needs a name, a reason and queries"),
        ('[[parameter]]\nname = "aBc"\nreason = "x"\ndrop = ["abc=1"]', "lower case"),
        ('[[parameter]]\nname = "*"\nreason = "x"\ndrop = ["abc=1"]', "of 3 characters"),
        ('[[parameter]]\nname = "abc"\nreason = "x"\ndrop = ["abd=1"]', "should be dropped"),
        ('[[meaning]]\nkeep = ["a=1"]', "needs keep and reason"),
        (
            '[[parameter]]\nname = "abc"\nreason = "x"\ndrop = ["abc=1"]\n[[meaning]]\nkeep = ["abc=2"]\nreason = "x"',
            "must stay whole",
        ),
    ],
)
def test_wrong_rules_are_refused(text: str, message: str) -> None:
    with pytest.raises(UrlRuleError, match=message):
        parse_url_rules(text)
