"""The command line: what each command prints, its JSON, its exit codes, and that help comes at once."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from flows.cli import app, main
from flows.cli.output import EXIT_HELD, NotFound, holding_interrupts, remembering_interrupts
from flows.reading import InputError
from tests.news import make_articles, write_jsonl
from transforms.errors import EXIT_FAILED, EXIT_USAGE
from warehouse import ExportError, QueryError

pytestmark = pytest.mark.usefixtures("stages_here")


def commands_of(group: typer.Typer, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of a group, and every group in it, by the words that call it."""
    yield from ((*words, str(command.name)) for command in group.registered_commands)
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield (*words, str(below.name))
        yield from commands_of(below.typer_instance, (*words, str(below.name)))


COMMANDS = sorted(commands_of(app))
HEAVY_MODULES = {"prefect", "great_expectations", "trafilatura", "duckdb", "pandas", "pyarrow"}


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def exit_code_of_main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["copydesk", *arguments])
    with pytest.raises(SystemExit) as raised:
        main()
    assert isinstance(raised.value.code, int)
    return raised.value.code


@pytest.fixture(scope="module")
def after_a_run(stages_here: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some news in it and one run done."""
    folder = tmp_path_factory.mktemp("desk")
    broken = {"url": "https://harbourpost.example/short", "text": "Too short."}
    write_jsonl(folder / "news.jsonl", [*make_articles(4), broken])
    with contextlib.chdir(folder):
        assert call("run", "news.jsonl", "--workers", "1").exit_code == 0
    return folder


@pytest.fixture
def here(after_a_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it as the working folder."""
    shutil.copytree(after_a_run, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = call(*command, "--help")
    assert result.exit_code == 0
    assert len(result.output) > 100


def test_help_and_the_rules_import_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['copydesk', 'run', '--help']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "import flows.packs\n"
        f"print(sorted({HEAVY_MODULES!r} & set(sys.modules)))"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.splitlines()[-1] == "[]"


def test_run_says_where_to_look_and_what_to_try(here: Path) -> None:
    output = call("run", "news.jsonl").output
    assert "unchanged 5" in " ".join(output.split())
    assert "published.duckdb" in output
    assert output.count("copydesk sql") == 3


def test_the_queries_to_try_work(here: Path) -> None:
    from flows.summary import QUERIES_TO_TRY

    for query in QUERIES_TO_TRY:
        result = call("sql", query)
        assert result.exit_code == 0, query
        assert len(result.output.splitlines()) > 1, query


def test_run_json_is_the_ledger(here: Path) -> None:
    values = json.loads(call("run", "news.jsonl", "--json").stdout)
    assert (values["read"], values["unchanged"], values["state"]) == (5, 5, "finished")


def test_sql_formats(here: Path) -> None:
    query = "SELECT word_count > 5 AS long FROM articles LIMIT 2"
    assert json.loads(call("sql", query, "--format", "json").stdout) == [{"long": True}, {"long": True}]
    assert call("sql", query, "--format", "csv").stdout.splitlines()[0].strip('"') == "long"
    assert "1 row shown; there are more" in call("sql", query, "--limit", "1").output
    assert [json.loads(line) for line in call("sql", query, "--format", "jsonl").stdout.splitlines()] == [
        {"long": True}
    ] * 2
    assert call("sql", query, "--format", "markdown").stdout.splitlines() == [
        "| long |",
        "| --- |",
        "| True |",
        "| True |",
    ]


def test_sql_reads_a_query_from_a_file_or_standard_input(here: Path) -> None:
    (here / "one.sql").write_text("SELECT 1 AS one")
    from_file = call("sql", "--file", "one.sql", "--format", "csv").stdout
    piped = CliRunner().invoke(app, ["sql", "-", "--format", "csv"], input="SELECT 1 AS one").stdout
    assert from_file == piped == "one\n1\n"


def test_sql_tells_what_is_wrong_with_a_query(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for query, told in {
        "FROM artcles": "no table or view artcles; did you mean articles",
        "FROM 'news.jsonl'": "nothing else of this machine",
        "FROM read_text('news.jsonl')": "nothing else of this machine",
        "DELETE FROM articles": "only read",
        "SET threads = 1": "Settings cannot be changed",
        "SELECT titel FROM articles": '"title"',
    }.items():
        with pytest.raises(QueryError) as raised:
            call("sql", query)
        assert told in str(raised.value), query


def test_search_finds_articles(here: Path) -> None:
    [row] = json.loads(call("sql", "SELECT title FROM articles LIMIT 1", "--format", "json").stdout)
    found = json.loads(call("search", row["title"], "--json").stdout)
    assert found["articles"][0]["title"] == row["title"]
    shown = call("search", row["title"], "--limit", "1").output
    assert row["title"] in shown
    assert "copydesk explain" in shown
    assert "No article has all" in call("search", "nosuchword").output


def test_export_writes_a_file_and_says_so(here: Path) -> None:
    assert "4 rows in 1 file" in call("export", "articles.parquet").output
    values = json.loads(call("export", "set", "--partition-by", "language, domain", "--json").stdout)
    assert (values["rows"], values["format"]) == (4, "parquet")
    (here / "one.sql").write_text("SELECT 1 AS one")
    assert "1 row" in call("export", "one.csv", "--file", "one.sql").output
    assert call("export", "two.csv", "--query", "SELECT 1", "--file", "one.sql").exit_code == EXIT_USAGE


def test_quarantine_list_show_and_retry(here: Path) -> None:
    [row] = json.loads(call("quarantine", "list", "--json").stdout)
    assert (row["stage"], row["domain"]) == ("validate", "harbourpost.example")
    listed = call("quarantine", "list").output.splitlines()
    assert "harbourpost.example" in listed[0]
    assert f"    {row['detail']}" in listed, "a line that another program reads is whole"
    shown = call("quarantine", "show", row["doc_id"][:10]).output
    assert "Too short." in shown
    values = json.loads(call("quarantine", "retry", row["doc_id"], "--json").stdout)
    assert (values["read"], values["quarantined"]) == (1, 1)
    assert "Nothing in quarantine" in call("quarantine", "retry", "--reason", "no such reason").output


def test_a_document_in_quarantine_can_be_dismissed_with_a_reason(here: Path) -> None:
    [row] = json.loads(call("quarantine", "list", "--json").stdout)
    assert call("quarantine", "dismiss", row["doc_id"], "--because", " ").exit_code == EXIT_USAGE
    assert call("quarantine", "dismiss", "--because", "without a filter").exit_code == EXIT_USAGE
    assert call("quarantine", "dismiss", row["doc_id"], "--because", "a [test]").exit_code == 0
    assert json.loads(call("quarantine", "list", "--json").stdout) == []
    assert "Dismissed: a [test]" in call("quarantine", "list", "--dismissed").output
    assert "Nothing in quarantine" in call("quarantine", "retry").output
    assert "unchanged 5" in " ".join(call("run", "news.jsonl").output.split())
    with pytest.raises(NotFound):
        call("quarantine", "dismiss", row["doc_id"], "--because", "once more")
    assert json.loads(call("quarantine", "retry", row["doc_id"], "--json").stdout)["quarantined"] == 1
    assert len(json.loads(call("quarantine", "list", "--json").stdout)) == 1, "what was tried again needs a decision"


def test_dismissed_documents_of_a_held_batch_are_not_waited_for(here: Path) -> None:
    broken = [{"url": f"https://harbourpost.example/b/{n}", "text": f"Nothing {n}"} for n in range(130)]
    write_jsonl(here / "broken.jsonl", [*make_articles(20, seed=3), *broken])
    assert call("run", "broken.jsonl").exit_code == EXIT_HELD
    assert call("quarantine", "dismiss", "--held", "--because", "error pages of one hour").exit_code == 0
    assert call("run", "broken.jsonl").exit_code == 0


def test_wrong_input_does_not_look_like_success(here: Path) -> None:
    (here / "odd").mkdir()
    (here / "odd" / "prices.csv").write_text("name,price\nshoe,3\n", encoding="utf-8")
    (here / "news.csv").write_text("headline,lede\nFerry,It runs.\n", encoding="utf-8")
    runs = len(json.loads(call("runs", "--json").stdout))
    for arguments in (["news.csv"], ["news.csv", "--map", "text=leed"], ["news.jsonl", "--map", "url=ulr"]):
        with pytest.raises(InputError, match=r"(?i)no (row has a )?field"):
            call("run", *arguments)
    assert len(json.loads(call("runs", "--json").stdout)) == runs, "refused before anything was read"
    for _ in range(2):
        result = call("run", "odd", "news.jsonl")
        assert result.exit_code == EXIT_USAGE
        assert "nothing could be read of odd: missing text field" in result.output
    [fruitless] = json.loads(call("run", "odd", "--json").stdout)["fruitless"]
    assert fruitless["input"] == "odd"


def test_a_map_that_names_the_text_field_reads_what_had_none(here: Path) -> None:
    story = next(make_articles(1, seed=9))["text"].replace("\n", " ").replace('"', "'")
    (here / "odd").mkdir()
    (here / "odd" / "stories.csv").write_text(f'headline,lede\nFerry,"{story}"\n', encoding="utf-8")
    for _ in range(2):
        assert call("run", "odd").exit_code == EXIT_USAGE
    result = json.loads(call("run", "odd", "--map", "text=lede", "--json").stdout)
    assert (result["loaded"], result["unchanged"]) == (1, 0)


def test_a_run_says_why_documents_are_in_quarantine(here: Path) -> None:
    broken = [{"url": f"https://harbourpost.example/b/{n}", "text": f"Nothing {n}"} for n in range(3)]
    path = write_jsonl(here / "more.jsonl", [*make_articles(20, seed=3), *broken])
    path.write_text(path.read_text(encoding="utf-8") + '{"text": "no end\n', encoding="utf-8")
    output = call("run", "more.jsonl").output
    assert "3   validate: not an article" in output
    assert "1   read: malformed row" in output
    assert "such as more.jsonl: Line 24" in output


def test_quarantine_retry_leaves_what_could_not_be_read_as_it_is(here: Path) -> None:
    story = next(make_articles(1, seed=9))["text"]
    (here / "long.txt").write_text(story + "\n\n" + "And so on. " * 200_000, encoding="utf-8")
    (here / "copydesk.toml").write_text("document_megabytes = 1", encoding="utf-8")
    assert call("run", "long.txt").exit_code == EXIT_USAGE
    columns = "SELECT stage, reason, run_id FROM quarantine ORDER BY ALL"
    before = call("sql", columns, "--format", "json").stdout
    told = " ".join(call("quarantine", "retry", "--reason", "too large").output.split())
    assert "1 document stays in quarantine: what could not be read" in told
    assert "There is nothing to try again." in told
    assert call("sql", columns, "--format", "json").stdout == before
    both = call("quarantine", "retry")
    assert both.exit_code == 0
    assert "read 1 " in " ".join(both.output.split())
    assert story[:40] in call("quarantine", "show", "--full", _unread()).output


def _unread() -> str:
    [row] = json.loads(call("quarantine", "list", "--stage", "read", "--json").stdout)
    return str(row["doc_id"])


def test_explain_a_file_and_an_article(here: Path) -> None:
    from_file = call("explain", "news.jsonl", "--limit", "1").output
    assert "related link by rule" in from_file
    [doc] = json.loads(call("sql", "SELECT doc_id FROM articles LIMIT 1", "--format", "json").stdout)
    [values] = json.loads(call("explain", doc["doc_id"], "--json").stdout)
    parts = [part for line in values["lines"] for part in line]
    assert any(part["cut"] and part["text"].startswith("READ ALSO") for part in parts)
    assert any(item["kind"] == "related_link" for item in values["provenance"])


def test_explain_shows_moments_links_and_captions_within_bounds(here: Path) -> None:
    paragraphs = [
        f"<p>The ferry crossed the bay again on day {n}, said the harbour office, "
        f"as the <a href='https://office{n}.example/log'>log of day {n}</a> shows.</p>"
        for n in range(1, 12)
    ]
    moment = "<meta property='article:published_time' content='2024-05-03T00:30:00+02:00'>"
    figure = "<figure><figcaption>The ferry at the pier <span class='credit'>Ana Ruiz</span></figcaption></figure>"
    Path("ferry.html").write_text(
        "<html lang='de-AT'><head><link rel='canonical' href='https://harbourpost.example/ferry'>"
        f"{moment}</head><body><main><article><h1>Ferry crosses the bay again</h1>{figure}"
        f"{''.join(paragraphs)}</article></main></body></html>",
        "utf-8",
    )
    output = " ".join(call("explain", "ferry.html").output.split())
    assert "2024-05-03, 2024-05-02 22:30 UTC" in output
    assert "the page declares de" in output
    assert "office1.example log of day 1" in output
    assert "office9.example" not in output.partition("links to")[2]
    assert "and 3 more" in output
    assert "The ferry at the pier" in output.partition("caption credit")[2]


def test_explain_a_document_that_leaves_the_way(here: Path) -> None:
    (here / "empty.txt").write_text("")
    assert "quarantined at read: empty" in call("explain", "empty.txt").output


def test_runs_lists_what_happened(here: Path) -> None:
    [row] = json.loads(call("runs", "--json").stdout)
    assert (row["read"], row["loaded"], row["quarantined"], row["state"]) == (5, 4, 1, "finished")
    assert "finished" in call("runs").output


def test_rules_list_and_check(here: Path) -> None:
    rules = json.loads(call("rules", "list", "--kind", "copyright", "--json").stdout)
    assert rules
    assert all(rule["reason"] and rule["drop"] for rule in rules)
    assert "hold on their" in call("rules", "check").output


def test_rules_tell_what_fires_and_what_never_does(here: Path) -> None:
    rules = {rule["rule_id"]: rule for rule in json.loads(call("rules", "--json").stdout)}
    assert (rules["en/read-also"]["cuts"], rules["en/read-also"]["documents"]) == (4, 4)
    assert rules["any/copyright-sign"]["cuts"] == 0
    output = call("rules").output
    assert "en/read-also" in output
    assert "never fired" in output


def test_rules_source_tells_what_was_cut_there(here: Path) -> None:
    values = json.loads(call("rules", "source", "harbourpost.example", "--json").stdout)
    assert values["cuts"][0]["rule_id"] == "en/read-also"
    assert values["templates"] == []
    assert "template" in call("rules", "source", "harbourpost.example").output
    assert json.loads(call("rules", "source", "nowhere.example", "--json").stdout) == {"cuts": [], "templates": []}


def test_rules_try_tells_what_a_rule_would_take(here: Path) -> None:
    values = json.loads(call("rules", "try", "Residents had waited .*", "--json").stdout)
    assert values["articles"] == 4
    assert values["lines"] == values["documents"] == sum(lines for _, lines in values["sources"]) > 0
    assert values["examples"][0]["match"]["line"].startswith("Residents had waited")
    assert "[[rule]]" in values["entry"]
    output = call("rules", "try", "Residents had waited .*", "--examples", "1").output
    assert "It would cut" in output
    assert "copydesk rules check" in output


def test_rules_try_tells_what_is_cut_already_and_what_matches_nothing(here: Path) -> None:
    values = json.loads(call("rules", "try", "READ ALSO: .*", "--source", "harbourpost.example", "--json").stdout)
    assert (values["lines"], values["entry"]) == (0, None)
    assert values["already_cut"] == [["en/read-also", 4]]
    assert "rules cut already" in call("rules", "try", "READ ALSO: .*").output


def test_rules_try_inline_takes_parts_of_lines(here: Path) -> None:
    values = json.loads(call("rules", "try", " since the spring", "--inline", "--unless", "library", "--json").stdout)
    assert values["lines"] > 0
    assert "[[ since the spring]]" in values["entry"]


def test_a_tried_rule_that_is_added_is_taken_over_by_reclean(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = json.loads(call("rules", "try", "Residents had waited .*", "--json").stdout)
    (here / "packs").mkdir()
    (here / "packs" / "own.toml").write_text(trial["entry"])
    monkeypatch.setenv("COPYDESK_RULES_FOLDER", str(here / "packs"))
    assert "hold on their" in call("rules", "check").output
    rehearsal = json.loads(call("reclean", "--dry-run", "--json").stdout)
    assert (rehearsal["dry_run"], rehearsal["lines_cut"]) == (True, trial["lines"])
    assert "this is what would be" in call("reclean", "--dry-run").output
    output = call("reclean", "--source", "harbourpost.example").output
    assert f"{trial['lines']} lines newly cut" in output
    assert json.loads(call("rules", "try", "Residents had waited .*", "--json").stdout)["lines"] == 0
    values = json.loads(call("reclean", "--json").stdout)
    assert (values["state"], values["looked_at"], values["changes"]) == ("finished", 0, [])


def test_explain_shows_the_evidence_of_each_cut(here: Path) -> None:
    box = "The tide tables of the harbour are printed on the last page of the paper."
    articles = [article | {"text": f"{article['text']}\n\n{box}"} for article in make_articles(6, seed=4)]
    assert call("run", str(write_jsonl(here / "more.jsonl", articles))).exit_code == 0
    output = " ".join(call("explain", "more.jsonl", "--limit", "1").output.split())
    assert "template by template template/harbourpost.example: 6 articles of" in output
    templates = json.loads(call("rules", "source", "harbourpost.example", "--json").stdout)["templates"]
    assert {"documents": 6, "example": box} in templates
    [row] = json.loads(
        call(
            "sql",
            f"SELECT doc_id FROM templates, articles WHERE example = '{box}' AND url LIKE '%/4/0'",
            "--format",
            "json",
        ).stdout
    )
    assert "template by template" in call("explain", row["doc_id"]).output


def test_explain_shows_how_sure_the_model_is(here: Path) -> None:
    [article] = make_articles(1, seed=6)
    headline = "Ten Things to Know About the Ferry This Summer"
    write_jsonl(here / "model.jsonl", [article | {"text": f"{article['text']}\n\n{headline}"}])
    output = call("explain", "model.jsonl").output
    assert "by model" in output
    assert "log-odds +" in output


def test_document_text_cannot_steer_the_terminal(here: Path) -> None:
    [article] = make_articles(1, seed=5)
    article |= {"title": "Red [bold red]alert[/bold red] \x1b[31m in town", "url": "https://harbourpost.example/x"}
    write_jsonl(here / "odd.jsonl", [article])
    output = call("explain", "odd.jsonl").output
    assert "[bold red]alert" in output
    assert "\x1b[31m in" not in output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", "no-such-file"], EXIT_USAGE),
        (["run", "news.jsonl", "--config", "no-such.toml"], EXIT_USAGE),
        (["run", "news.jsonl", "--map", "text"], EXIT_USAGE),
        (["run", "news.jsonl", "--workers", "0"], EXIT_USAGE),
        (["sql", "SELECT nonsense FROM nowhere"], EXIT_FAILED),
        (["sql", "SELECT 1", "--published", "absent.duckdb"], EXIT_FAILED),
        (["sql"], EXIT_USAGE),
        (["sql", "SELECT 1", "--file", "one.sql"], EXIT_USAGE),
        (["sql", "--file", "absent.sql"], EXIT_USAGE),
        (["search", "ferry", "--published", "absent.duckdb"], EXIT_FAILED),
        (["search", "..."], EXIT_USAGE),
        (["stories", "show", "nothing"], EXIT_USAGE),
        (["sources", "show", "nobody.example"], EXIT_USAGE),
        (["ratings", "show", "nobody.example"], EXIT_USAGE),
        (["report", "no-such-run"], EXIT_USAGE),
        (["export", "news.jsonl"], EXIT_USAGE),
        (["export", "new.csv", "--table", "nowhere"], EXIT_USAGE),
        (["explain", "ffffff"], EXIT_USAGE),
        (["quarantine", "show", "ffffff"], EXIT_USAGE),
        (["rules", "try", "(?=x)"], EXIT_USAGE),
        (["rules", "try", "x", "--kind", "nonsense"], EXIT_USAGE),
        (["rules", "--published", "absent.duckdb"], EXIT_FAILED),
        (["reclean", "--dry-run", "--published", "absent.duckdb"], EXIT_FAILED),
        (["runs"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_codes(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    assert exit_code_of_main(monkeypatch, *arguments) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_wrong_rule_of_ones_own_is_named(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packs = here / "packs"
    packs.mkdir()
    (packs / "own.toml").write_text('[[rule]]\nid = "mine"\nkind = "promo"\npattern = "(?=x)"\n')
    monkeypatch.setenv("COPYDESK_RULES_FOLDER", str(packs))
    assert exit_code_of_main(monkeypatch, "rules", "check") == EXIT_USAGE
    message = capsys.readouterr().err
    assert "own.toml" in message
    assert "mine" in message


def test_a_held_batch_has_an_exit_code_of_its_own(here: Path) -> None:
    broken = [{"url": f"https://harbourpost.example/b/{n}", "text": f"Nothing {n}"} for n in range(130)]
    write_jsonl(here / "broken.jsonl", [*make_articles(20, seed=3), *broken])
    result = call("run", "broken.jsonl")
    assert result.exit_code == EXIT_HELD
    assert "was held" in result.output


def test_an_interrupt_waits_for_the_end_of_an_import() -> None:
    arrived = []
    with pytest.raises(KeyboardInterrupt), holding_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
        arrived.append("the import went on")
    assert arrived == ["the import went on"]


def test_an_interrupt_that_got_lost_is_raised_again() -> None:
    with pytest.raises(KeyboardInterrupt), remembering_interrupts() as raise_again:
        raise_again()
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        raise_again()
        pytest.fail("the interrupt was forgotten")


def test_nothing_is_green_until_somebody_decided_about_what_is_held(here: Path) -> None:
    broken = [{"url": f"https://harbourpost.example/b/{n}", "text": f"Nothing {n}"} for n in range(130)]
    write_jsonl(here / "broken.jsonl", [*make_articles(20, seed=3), *broken])
    held = json.loads(call("run", "broken.jsonl", "--json").stdout)["run_id"]
    again = call("run", "broken.jsonl")
    assert again.exit_code == EXIT_HELD
    assert f"150 documents of run {held} are held" in again.output
    assert f"copydesk dismiss {held}" in call("runs").output
    assert call("report", "--reports", "pages").exit_code == 0
    page = (here / "pages" / "overview.html").read_text(encoding="utf-8")
    assert "Something is wrong" in page
    assert f"150 documents of run {held} are held" in page

    with pytest.raises(NotFound, match="nothing of a run 2024 waits"):
        call("dismiss", "2024", "--reason", "no such run")
    assert call("dismiss", held, "--reason", " ").exit_code == EXIT_USAGE
    assert call("dismiss", held, "--reason", "error pages of one hour").exit_code == 0
    assert call("run", "broken.jsonl").exit_code == 0
    with pytest.raises(NotFound):
        call("dismiss", held, "--reason", "once more")


def test_the_version_is_that_of_the_package() -> None:
    assert call("--version").output == f"copydesk {metadata.version('copydesk')}\n"


@pytest.mark.parametrize("command", [["maintain"], ["maintain", "--dry-run"], ["relate"], ["score"], ["reclean"]])
def test_an_empty_folder_stays_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotFound, match="begin with copydesk run FOLDER"):
        call(*command)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.xlsx", "a.json", "a.parqet"])
def test_an_unknown_format_is_refused_and_makes_nothing(here: Path, name: str) -> None:
    with pytest.raises(ExportError, match=r"\.parquet, \.jsonl, \.csv"):
        call("export", name)
    assert not (here / name).exists()


def test_every_statement_is_answered(here: Path) -> None:
    said = call("sql", "SELECT 1 AS one; SELECT ';' AS two;", "--format", "csv").stdout
    assert said == "one\n1\ntwo\n;\n"
    with pytest.raises(QueryError):
        call("sql", "SELECT 1 AS one; SELEC 2")
