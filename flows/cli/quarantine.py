"""``copydesk quarantine``: see what was kept apart and why, and try it again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import (
    EXIT_HELD,
    AsJson,
    Config,
    NotFound,
    PublishedPath,
    WarehousePath,
    err,
    out,
    plain,
    print_indented,
    print_json,
    print_table,
    require_warehouse,
)
from flows.plural import things

if TYPE_CHECKING:
    from transforms.records import RawDocument
    from warehouse import QuarantineFilter, QuarantineRow

app = typer.Typer(no_args_is_help=True, help="Documents that were kept apart: see why, and try them again.")

Reason = Annotated[str | None, typer.Option(help="Only this reason, such as 'too large'.")]
StageName = Annotated[str | None, typer.Option("--stage", help="Only this stage, such as extract.")]
RunId = Annotated[str | None, typer.Option("--run", help="Only this run.")]
Held = Annotated[bool, typer.Option("--held", help="Only documents of batches that a contract held back.")]
SHOWN_CHARACTERS = 2000
PRUNED = "maintenance pruned it after the days of the setting keep_quarantine_days (see the table prunings)"
UNREAD = (
    "in quarantine: what could not be read (stage read) is not kept, so there is nothing to try again. Mend the input "
    "and run it again; of what was fetched: copydesk fetch --again"
)


@app.command("list")
def list_quarantine(
    reason: Reason = None,
    stage: StageName = None,
    run: RunId = None,
    held: Held = False,
    dismissed: Annotated[bool, typer.Option("--dismissed", help="Show what was dismissed too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 50,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """List documents in quarantine with stage, reason and where they came from."""
    from flows.settings import load_settings
    from warehouse import QuarantineFilter, Warehouse

    settings = load_settings({"published": published}, config_file=config)
    wanted = QuarantineFilter(
        reason=reason, stage=stage, run_id=run, held=held or None, dismissed=dismissed, limit=limit
    )
    with Warehouse.open_published(settings.published) as warehouse:
        rows = warehouse.quarantined(wanted)
    if as_json:
        print_json([_with_domain(row) for row in rows])
        return
    for row in rows:
        domain = _domain(row) or "no domain"
        out.print(f"{row.doc_id}  [bold]{row.stage}: {plain(row.reason)}[/bold]  {plain(domain)}  {plain(_place(row))}")
        print_indented(row.detail)
        if row.dismissed:
            print_indented(f"Dismissed: {row.dismissed}")
    out.print(
        "\nLook closer: copydesk quarantine show DOCUMENT. Try again: copydesk quarantine retry [DOCUMENT...]\n"
        "Leave out for good: copydesk quarantine dismiss DOCUMENT... --because TEXT"
    )


@app.command("show")
def show_quarantine(
    document: Annotated[str, typer.Argument(help="Document id, or its first characters.")],
    full: Annotated[bool, typer.Option("--full", help="The whole raw document.")] = False,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Show one document in quarantine: why it is there, and the raw document as it was read."""
    from flows.settings import load_settings
    from warehouse import QuarantineFilter, Warehouse

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as warehouse:
        rows = warehouse.quarantined(QuarantineFilter(doc_id_prefix=document, limit=2))
        if len(rows) != 1:
            problem = "more than one document begins" if rows else "no document in quarantine begins"
            raise NotFound(f"{problem} with {document}; see copydesk quarantine list")
        row = rows[0]
        content = "".join(_content(raw) for raw in warehouse.raw_documents([row.doc_id]))
    shown = content if full else content[:SHOWN_CHARACTERS]
    if as_json:
        print_json(_with_domain(row) | {"content": shown})
        return
    facts = _with_domain(row)
    print_table(["fact", "value"], [[name, value] for name, value in facts.items() if value is not None])
    out.print()
    out.print(plain(shown) if row.kept else f"The raw document is gone: {PRUNED}")
    if len(shown) < len(content):
        out.print(f"\n... {things(len(content) - len(shown), 'more character')}; --full shows all")


@app.command("retry")
def retry_quarantine(
    documents: Annotated[list[str] | None, typer.Argument(help="Document ids; all that match where none.")] = None,
    reason: Reason = None,
    stage: StageName = None,
    run: RunId = None,
    held: Held = False,
    accept_batch: Annotated[
        bool, typer.Option("--accept-batch", help="Load a held batch although its batch contract is broken.")
    ] = False,
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Take documents in quarantine through the stages again, by today's rules and contracts.

    What passes is loaded and leaves quarantine; what does not stays, with its new reason. What could not be read at all
    (stage read) is left as it is, for it was not kept; so is what was dismissed, unless it is named.
    """
    from flows.run import retry
    from flows.settings import load_settings
    from flows.summary import summary_text, summary_values
    from warehouse import Warehouse

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    wanted = _wanted(documents, reason, stage, run, held, dismissed=bool(documents))
    with Warehouse.open(settings.warehouse) as opened:
        rows = opened.quarantined(wanted)
    doc_ids = [row.doc_id for row in rows if row.retryable]
    unread = sum(row.kept and not row.retryable for row in rows)
    pruned = len(rows) - len(doc_ids) - unread
    if unread:
        err.print(f"{things(unread, 'document')} {'stays' if unread == 1 else 'stay'} {UNREAD}")
    if pruned:
        err.print(f"{things(pruned, 'document')} cannot be tried again: {PRUNED}")
    if not doc_ids:
        out.print("There is nothing to try again." if rows else "Nothing in quarantine matches.")
        return
    result = retry(settings, doc_ids, accept_batch=accept_batch)
    if as_json:
        print_json(summary_values(result))
    else:
        out.print(plain(summary_text(result, settings)), soft_wrap=True)
    sys.exit(EXIT_HELD if result.waiting else 0)


@app.command("dismiss")
def dismiss_quarantine(
    because: Annotated[str, typer.Option(help="Why they need nobody any longer.", prompt=True)],
    documents: Annotated[list[str] | None, typer.Argument(help="Document ids; all that match where none.")] = None,
    reason: Reason = None,
    stage: StageName = None,
    run: RunId = None,
    held: Held = False,
    config: Config = None,
    warehouse: WarehousePath = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Decide that documents in quarantine need nobody any longer, and record why in the table dismissals.

    They stay in quarantine and in the books, but are no longer listed, tried again or waited for. Documents or a filter
    must be given.

    [bold]Examples[/bold]

      copydesk quarantine dismiss 41af8dbe03c2 --because "the same file was read with --map"
      copydesk quarantine dismiss --reason "not an article" --because "section fronts"
    """
    from flows.settings import load_settings
    from warehouse import Warehouse

    settings = load_settings({"warehouse": warehouse, "published": published}, config_file=config)
    if not because.strip():
        raise typer.BadParameter("say in a few words why", param_hint="--because")
    if not (documents or reason or stage or run or held):
        raise typer.BadParameter("name documents, or what they have in common: --reason, --stage, --run or --held")
    require_warehouse(settings)
    with Warehouse.open(settings.warehouse) as opened:
        doc_ids = [row.doc_id for row in opened.quarantined(_wanted(documents, reason, stage, run, held))]
        if doc_ids:
            opened.dismiss(doc_ids, because.strip(), dt.datetime.now(dt.UTC))
            opened.publish(settings.published)
    if not doc_ids:
        raise NotFound("nothing in quarantine matches; see copydesk quarantine list")
    if as_json:
        print_json({"dismissed": doc_ids})
    else:
        out.print(f"{things(len(doc_ids), 'document')} in quarantine dismissed.")


def _wanted(
    documents: list[str] | None,
    reason: str | None,
    stage: str | None,
    run: str | None,
    held: bool,
    *,
    dismissed: bool = False,
) -> QuarantineFilter:
    from warehouse import QuarantineFilter

    ids = tuple(documents or ())
    return QuarantineFilter(reason=reason, stage=stage, run_id=run, held=held or None, doc_ids=ids, dismissed=dismissed)


def _content(raw: RawDocument) -> str:
    return raw.content.decode(raw.charset or "utf-8", "replace")


def _place(row: QuarantineRow) -> str:
    return f"{row.origin}:{row.origin_row}" if row.origin_row else row.origin


def _domain(row: QuarantineRow) -> str | None:
    """The source of a document that has an address."""
    from transforms.text.urls import registered_domain

    return registered_domain(row.url) if row.url else None


def _with_domain(row: QuarantineRow) -> dict[str, object]:
    return dataclasses.asdict(row) | {"domain": _domain(row)}
