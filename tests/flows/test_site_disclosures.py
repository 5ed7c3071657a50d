"""What a site's own files disclose, fetched from a server that the test starts on 127.0.0.1."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.site_disclosures import NoSite, SiteDisclosures, disclose
from tests.flows.fetching.site import BAY, POST, Site, fetch_settings
from warehouse import Warehouse
from warehouse.disclosures import sheet_of

ROBOTS = """
User-agent: GPTBot
User-agent: CCBot
Disallow: /

User-agent: PerplexityBot
Disallow: /drafts/
"""


@pytest.fixture
def site() -> Iterator[Site]:
    started = Site()
    yield started
    started.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return fetch_settings(tmp_path)


def look(site: Site, settings: Settings) -> SiteDisclosures:
    return disclose(settings, site.url("/any/page"), clock=site.clock, resolve=site.resolve)


def facts(found: SiteDisclosures, place: str) -> dict[str, set[str]]:
    said: dict[str, set[str]] = {}
    for row in found.rows:
        if row.place == place:
            said.setdefault(row.fact, set()).add(row.value)
    return said


def test_a_site_without_files_discloses_that(site: Site, settings: Settings) -> None:
    found = look(site, settings)
    assert found.source == POST
    assert {(row.place, row.fact, row.value) for row in found.rows} == {
        (place, "file", "not published") for place in ("trust.txt", "ads.txt", "tdmrep.json", "robots.txt")
    }


def test_relations_of_a_trust_txt_are_looked_up_at_both_sides(site: Site, settings: Settings) -> None:
    group = site.url("/", BAY)
    site.say("/trust.txt", f"# ours\nbelongto={group}\ncontrolledby={group}\ncontact=https://a.example/c # us\n")
    site.say("/.well-known/trust.txt", f"member={site.url('/')}\ncontrol=https://other.example/\n", BAY)
    found = look(site, settings)
    assert facts(found, "trust.txt") == {
        "file": {"published"},
        "belongs to, both sides say so": {BAY},
        "is controlled by, only this side says so": {BAY},
        "contact": {"https://a.example/c"},
    }
    assert f"belongto={group}" in {row.quote for row in found.rows}


def test_another_side_that_does_not_answer_is_neither_for_nor_against(site: Site, settings: Settings) -> None:
    site.say("/trust.txt", f"belongto={site.url('/', BAY)}\n")
    site.say("/robots.txt", host=BAY, status=500)
    assert "belongs to, other side not read" in facts(look(site, settings), "trust.txt")


def test_a_trust_txt_says_whether_training_is_allowed(site: Site, settings: Settings) -> None:
    site.say("/trust.txt", "datatrainingallowed=no\n")
    assert "AI training declined" in facts(look(site, settings), "trust.txt")


def test_an_ads_txt_names_owner_and_sellers(site: Site, settings: Settings) -> None:
    lines = [
        "adsystem.example, 1, DIRECT, x",
        "b.example,2,reseller",
        "c.example, 3, RESELLER # c",
        "OWNERDOMAIN=Bay.example",
    ]
    site.say("/ads.txt", "\n".join(lines))
    assert facts(look(site, settings), "ads.txt") == {
        "file": {"published"},
        "owner of the advertising space": {"bay.example"},
        "advertising systems, direct": {"1"},
        "advertising systems, reseller": {"2"},
    }


def test_a_robots_txt_names_ai_crawlers(site: Site, settings: Settings) -> None:
    site.say("/robots.txt", ROBOTS)
    assert facts(look(site, settings), "robots.txt") == {
        "file": {"published"},
        "AI crawler shut out": {"GPTBot", "CCBot"},
        "AI crawler named, not shut out": {"PerplexityBot"},
        "AI training declined": {"GPTBot, CCBot"},
    }


def test_a_robots_txt_is_found_where_it_is_redirected_to(site: Site, settings: Settings) -> None:
    elsewhere = site.say("/robots.txt", ROBOTS, f"www.{POST}")
    site.say("/robots.txt", status=301, Location=elsewhere)
    allowed = settings.model_copy(update={"fetch_private_hosts": (POST, f"www.{POST}")})
    assert "AI crawler shut out" in facts(look(site, allowed), "robots.txt")


def test_a_tdmrep_json_reserves_the_whole_site_or_a_part(site: Site, settings: Settings) -> None:
    site.say(
        "/.well-known/tdmrep.json",
        '[{"location": "/*", "tdm-reservation": 1}, {"location": "/a", "tdm-reservation": 0}]',
    )
    assert facts(look(site, settings), "tdmrep.json") == {
        "file": {"published"},
        "text and data mining reserved": {"1"},
        "text and data mining not reserved in part": {"/a"},
    }


def test_a_page_in_place_of_a_file_is_no_file(site: Site, settings: Settings) -> None:
    site.page("/trust.txt", "member=https://a.example")
    site.say("/ads.txt", "<!doctype html>OWNERDOMAIN=a.example")
    found = look(site, settings)
    assert facts(found, "trust.txt") == facts(found, "ads.txt") == {"file": {"not published"}}


def test_what_robots_txt_does_not_allow_is_not_asked_for(site: Site, settings: Settings) -> None:
    site.say("/robots.txt", "User-agent: *\nDisallow: /\n")
    found = look(site, settings)
    assert site.paths() == []
    assert {row.place for row in found.rows} == {"robots.txt"}
    assert len(found.notes) == 3
    assert "robots.txt does not allow" in found.notes[0]


def test_a_site_that_does_not_answer_is_not_said_to_publish_nothing(site: Site, settings: Settings) -> None:
    site.say("/robots.txt", status=500)
    found = look(site, settings)
    assert found.rows == ()
    assert len(found.notes) == 4


def test_changes_over_time_are_kept(site: Site, settings: Settings) -> None:
    site.say("/robots.txt", ROBOTS)
    look(site, settings)
    site.clock.wait(86_400)
    site.say("/robots.txt", "User-agent: GPTBot\nAllow: /\n")
    look(site, settings)
    with Warehouse.open_published(settings.published) as opened:
        sheet = {(row.fact, row.value): row.is_past for row in sheet_of(opened, POST) if row.place == "robots.txt"}
    assert sheet["AI crawler shut out", "GPTBot"]
    assert not sheet["AI crawler named, not shut out", "GPTBot"]
    assert not sheet["file", "published"]


def test_lines_without_end_are_cut(site: Site, settings: Settings) -> None:
    site.say("/trust.txt", "".join(f"social=https://a.example/{n}\n" for n in range(2_000)) + "=" * 2_000_000)
    assert len(facts(look(site, settings), "trust.txt")["account on a platform"]) == 500


@pytest.mark.parametrize("name", ["", "localhost", "https://[broken", "127.0.0.1"])
def test_what_is_no_site_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(NoSite, match="is no domain"):
        disclose(settings, name)
