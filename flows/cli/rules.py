"""``copydesk rules``: what fires how often, what is in force, whether it holds, and what a new rule would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.output import AsJson, Config, PublishedPath, out, plain, print_json, print_table
from flows.plural import things

if TYPE_CHECKING:
    from flows.trial import RuleTrial, TrialExample
    from transforms.junk.templates import Template
    from warehouse import RuleUse

app = typer.Typer(help="The junk rules: what is cut and why, how often, and what a new rule would take.")

NEVER_SHOWN = 30
"""Rules that never fired are listed up to here; --json has all."""
CUT_CHARACTERS = 80


@app.callback(invoke_without_command=True)
def use_of_rules(
    context: typer.Context,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Without a command: how often each rule, template and the model cut something, and which rules never did."""
    if context.invoked_subcommand is not None:
        return
    from flows.packs import read_rulebook
    from flows.settings import load_settings
    from warehouse import Warehouse

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as warehouse:
        used = warehouse.rule_use()
    fired = {one.rule_id for one in used}
    never = [rule for rule in read_rulebook(settings).rules if rule.id not in fired]
    if as_json:
        silent = [{"rule_id": rule.id, "kind": rule.kind, "evidence": "rule", "cuts": 0} for rule in never]
        print_json([*used, *silent])
        return
    _print_use(used)
    if not never:
        out.print("\nEvery rule cut something here.")
        return
    names = ", ".join(rule.id for rule in never[:NEVER_SHOWN])
    more = f", and {len(never) - NEVER_SHOWN} more (--json has all)" if len(never) > NEVER_SHOWN else ""
    out.print(f"\n{things(len(never), 'rule')} never fired here: {plain(names)}{more}")


@app.command("list")
def list_rules(
    kind: Annotated[str | None, typer.Option(help="Only rules of this kind, such as copyright.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """List the rules in force, your own packs included."""
    from flows.packs import read_rulebook
    from flows.settings import load_settings

    rulebook = read_rulebook(load_settings(config_file=config))
    chosen = [rule for rule in rulebook.rules if kind in (None, rule.kind)]
    if as_json:
        keys = ("id", "kind", "pattern", "reason", "drop", "keep")
        print_json([{key: getattr(rule, key) for key in keys} for rule in chosen])
        return
    rows = [[rule.id, rule.kind, rule.reason, rule.drop[0]] for rule in chosen]
    print_table(["rule", "kind", "reason", "cuts, for example"], rows)
    out.print(f"\n{things(len(chosen), 'rule')}, version {rulebook.version}")


@app.command("check")
def check_rules(config: Config = None, as_json: AsJson = False) -> None:
    """Check every rule: its keys, its pattern, the lines that it must cut and those that it must keep.

    Ends with exit code 2 and the rule's name at the first one that is wrong.
    """
    from flows.packs import read_packs
    from flows.settings import load_settings
    from transforms.junk.rules import parse_rules

    rulebook = parse_rules(read_packs(load_settings(config_file=config)))
    examples = sum(len(rule.drop) + len(rule.keep) for rule in rulebook.rules)
    if as_json:
        print_json({"rules": len(rulebook.rules), "examples": examples, "version": rulebook.version})
    else:
        out.print(f"{len(rulebook.rules)} rules hold on their {examples} examples (version {rulebook.version})")


@app.command("try")
def try_rule(
    pattern: Annotated[str, typer.Argument(help="RE2 pattern; it must match a whole line, unless with --inline.")],
    kind: Annotated[str, typer.Option(help="The rule's kind, such as promo.")] = "promo",
    inline: Annotated[bool, typer.Option("--inline", help="Cut the match out of its line, which stays.")] = False,
    unless: Annotated[str | None, typer.Option(help="RE2 pattern of lines that the rule leaves alone.")] = None,
    source: Annotated[str | None, typer.Option(help="Only this source, such as bbc.co.uk.")] = None,
    examples: Annotated[int, typer.Option(min=1, help="Examples to show.")] = 10,
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Show what a new rule would take from the published articles, and its entry for a pack. Changes nothing.

    [bold]Examples[/bold]

      copydesk rules try "(?i)weather for the harbour: .*"
      copydesk rules try "(?i) \\(advertisement\\)" --inline --kind advertisement
    """
    from flows.settings import load_settings
    from flows.trial import try_rule as search
    from warehouse import Warehouse

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as warehouse:
        trial = search(
            warehouse,
            pattern,
            kind=kind,
            scope="inline" if inline else "line",
            unless=unless,
            domain=source,
            examples=examples,
        )
    if as_json:
        print_json(trial)
    else:
        _print_trial(trial)


@app.command("source")
def source_rules(
    domain: Annotated[str, typer.Argument(help="Registered domain of the source, such as bbc.co.uk.")],
    config: Config = None,
    published: PublishedPath = None,
    as_json: AsJson = False,
) -> None:
    """Show what one source was stripped of, and the templates that were learned from it."""
    from flows.settings import load_settings
    from warehouse import Warehouse

    settings = load_settings({"published": published}, config_file=config)
    with Warehouse.open_published(settings.published) as warehouse:
        used, templates = warehouse.rule_use(domain), warehouse.templates(domain)
    if as_json:
        values = [{"documents": one.documents, "example": one.example} for one in templates]
        print_json({"cuts": used, "templates": values})
        return
    _print_use(used)
    out.print()
    print_table(["articles", "template: a line that many of its articles have"], _template_rows(templates))


def _template_rows(templates: list[Template]) -> list[list[object]]:
    return [[template.documents, template.example] for template in templates]


def _print_use(used: list[RuleUse]) -> None:
    columns = ["rule", "kind", "by", "cuts", "documents", "most often"]
    rows = [
        [one.rule_id, one.kind, one.evidence, one.cuts, one.documents, one.most_common[:CUT_CHARACTERS]] for one in used
    ]
    print_table(columns, rows)


def _print_trial(trial: RuleTrial) -> None:
    articles = things(trial.articles, "article")
    if trial.lines:
        found = f"{things(trial.lines, 'line')} in {trial.documents:,} of {articles}"
        out.print(f"It would cut {found}, of {things(len(trial.sources), 'source')}.")
    else:
        out.print(f"It would cut nothing in {articles}.")
    if trial.sources:
        print_table(["source", "lines"], trial.sources[:NEVER_SHOWN])
    for example in trial.examples:
        _print_example(example)
    if trial.already_cut:
        out.print("\nLines that it matches and other rules cut already:")
        print_table(["rule", "lines"], trial.already_cut[:NEVER_SHOWN])
    if trial.entry:
        out.print("\nFor a pack in your rules_folder, once reason and examples are as you mean them:\n")
        out.print(plain(trial.entry), soft_wrap=True)
        out.print("\nThen: copydesk rules check, and copydesk reclean --dry-run to see what would change.")


def _print_example(example: TrialExample) -> None:
    match = example.match
    out.print(f"\n[dim]{plain(example.domain)} {example.doc_id}[/dim]")
    out.print(f"    {plain(match.before)}", style="dim")
    cut = f"[red strike]{plain(match.line[match.start : match.end])}[/red strike]"
    out.print(f"  - {plain(match.line[: match.start])}{cut}{plain(match.line[match.end :])}")
    out.print(f"    {plain(match.after)}", style="dim")
