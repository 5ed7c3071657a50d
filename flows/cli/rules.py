"""``copydesk rules``: list and check the junk rules."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.output import AsJson, Config, out, print_json, table

app = typer.Typer(no_args_is_help=True, help="The junk rules: what is cut and why.")


@app.command("list")
def list_rules(
    kind: Annotated[str | None, typer.Option(help="Only rules of this kind, such as copyright.")] = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """List the rules in force, your own packs included."""
    from flows.settings import load_settings
    from flows.tools import read_tool_parts

    rulebook = read_tool_parts(load_settings(config_file=config)).rulebook
    chosen = [rule for rule in rulebook.rules if kind in (None, rule.kind)]
    if as_json:
        keys = ("id", "kind", "pattern", "reason", "drop", "keep")
        print_json([{key: getattr(rule, key) for key in keys} for rule in chosen])
        return
    rows = [[rule.id, rule.kind, rule.reason, rule.drop[0]] for rule in chosen]
    out.print(table(["rule", "kind", "reason", "cuts, for example"], rows))
    out.print(f"\n{len(chosen)} rules, version {rulebook.version}")


@app.command("check")
def check_rules(config: Config = None, as_json: AsJson = False) -> None:
    """Check every rule: its keys, its pattern, the lines that it must cut and those that it must keep.

    Ends with exit code 2 and the rule's name at the first one that is wrong.
    """
    from flows.settings import load_settings
    from flows.tools import read_tool_parts

    rulebook = read_tool_parts(load_settings(config_file=config)).rulebook
    examples = sum(len(rule.drop) + len(rule.keep) for rule in rulebook.rules)
    if as_json:
        print_json({"rules": len(rulebook.rules), "examples": examples, "version": rulebook.version})
    else:
        out.print(f"{len(rulebook.rules)} rules hold on their {examples} examples (version {rulebook.version})")
