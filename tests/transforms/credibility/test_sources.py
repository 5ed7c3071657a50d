"""Whose site an address is: aliases, platforms and their accounts, and data files that are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.credibility import source_names
from transforms.credibility.sources import SourceName, SourceNameError, parse_source_names

PLATFORM = 'domain = "pier.example"\naccounts = "path"\nreason = "r"\n'


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://www.harbourpost.example/2024/05/bridge", "harbourpost.example"),
        ("news.harbourpost.co.uk", "harbourpost.co.uk"),
        ("ap.org", "apnews.com"),
        ("https://tides.blogspot.com/2020/a.html", "tides.blogspot.com"),
        ("https://medium.com/@Nora/piers-1", "medium.com/@nora"),
        ("medium.com", "medium.com"),
    ],
)
def test_an_address_gives_its_source(address: str, key: str) -> None:
    found = source_names().name(address)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://tides.blogspot.co.uk/2020/a.html", "tides.blogspot.com"),
        ("https://www.tides.blogspot.com.br/", "tides.blogspot.com"),
        ("blogspot.de", "blogspot.com"),
        ("https://tides.wordpress.com/a", "tides.wordpress.com"),
        ("https://ferrynotes.substack.com/p/piers", "ferrynotes.substack.com"),
        ("https://medium.com/@nora/piers-1", "medium.com"),
        ("https://pier.github.io", "pier.github.io"),
        ("https://news.harbourpost.co.uk/a", "harbourpost.co.uk"),
        ("https://news.google.com/articles/1", "google.com"),
        ("ap.org", "ap.org"),
        ("localhost", None),
        ("http://[x", None),
    ],
)
def test_a_site_is_the_domain_or_the_account_on_a_subdomain(address: str, site: str | None) -> None:
    assert source_names().site(address) == site


@pytest.mark.parametrize("address", ["", "localhost", "192.0.2.1", "http://[x", "a" * 5000])
def test_what_is_no_domain_has_no_source(address: str) -> None:
    assert source_names().name(address) is None


def test_a_hosted_blog_is_not_its_platform() -> None:
    names = source_names()
    assert (names.unscored("blogspot.com") or "").startswith("platform: many publish there")
    assert names.unscored("tides.blogspot.com") is None
    assert names.name("blogspot.com") == SourceName("blogspot.com", "blogspot.com")


def test_sections_and_subdomains_of_a_site_are_told() -> None:
    found = source_names().name("gallery.harbourpost.example/weather/")
    assert found == SourceName("harbourpost.example", section="weather", subdomain="gallery")


@given(st.text(max_size=60))
def test_any_text_gives_a_source_or_none_and_a_key_names_itself(text: str) -> None:
    found = source_names().name(text)
    if found is not None:
        again = source_names().name(found.key)
        assert again is not None
        assert again.key == found.key


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[platform", "not valid TOML"),
        ('[[platform]]\ndomain = "a.example"\n', "lacks"),
        (f"[[platform]]\n{PLATFORM.replace('path', 'page')}is = {{}}\n", "accounts must be"),
        (f'[[platform]]\n{PLATFORM}is = {{ "pier.example/nora" = "pier.example" }}\n', "not 'pier.example'"),
        ('[[alias]]\nsource = "a.example"\nreason = "r"\n', "lacks names"),
        (
            '[[alias]]\nsource = "a.example"\nnames = ["c.example"]\nreason = "r"\n'
            '[[alias]]\nsource = "b.example"\nnames = ["c.example"]\nreason = "r"\n',
            "another meaning",
        ),
        (
            '[[alias]]\nsource = "a.example"\nnames = ["b.example"]\nreason = "r"\n'
            '[[alias]]\nsource = "b.example"\nnames = ["c.example"]\nreason = "r"\n',
            "name the final source",
        ),
    ],
)
def test_wrong_data_is_refused_with_the_reason(text: str, problem: str) -> None:
    with pytest.raises(SourceNameError, match=problem):
        parse_source_names(text)


@pytest.mark.parametrize(
    ("address", "key", "subdomain"),
    [
        ("https://abcnews.go.com/Politics/story", "abcnews.go.com", None),
        ("go.com", "abcnews.go.com", None),
        ("abcnews.com", "abcnews.go.com", None),
        ("espn.go.com", "espn.com", None),
        ("https://uk.news.yahoo.com/x.html", "news.yahoo.com", "uk.news"),
        ("insider.harbourpost.example", "harbourpost.example", "insider"),
    ],
)
def test_an_outlet_under_the_domain_of_another_has_its_own_name(address: str, key: str, subdomain: str | None) -> None:
    found = source_names().name(address)
    assert found is not None
    assert (found.key, found.subdomain) == (key, subdomain)


@pytest.mark.parametrize(
    ("address", "why"),
    [("theonion.com", "satire"), ("de.wikipedia.org", "reference"), ("yahoo.com", "others' reports")],
)
def test_what_is_no_source_of_news_is_known_without_a_rating(address: str, why: str) -> None:
    found = source_names().name(address)
    assert found is not None
    assert (source_names().unscored(found.key) or "").startswith(f"{why}: ")


def test_an_unscored_source_stands_under_its_final_name() -> None:
    alias = '[[alias]]\nsource = "a.example"\nnames = ["b.example"]\nreason = "One."\n'
    with pytest.raises(SourceNameError, match="name the final source"):
        parse_source_names(alias + '[[unscored]]\nwhy = "satire"\nsources = ["b.example"]\nreason = "It says so."\n')
