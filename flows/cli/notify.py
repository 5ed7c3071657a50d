"""``copydesk notify``: whether the webhook takes what it is sent."""

from __future__ import annotations

import typer

from flows.cli.output import AsJson, Config, out, print_json

app = typer.Typer(
    no_args_is_help=True, help="The webhook that gets a message when something needs a person (setting notify_url)."
)


@app.callback()
def _notify() -> None:
    """Keep ``test`` a command of its own."""


@app.command("test")
def test_webhook(config: Config = None, as_json: AsJson = False) -> None:
    """Send a made-up message to the webhook of the setting notify_url, as a failed run does.

    Ends with exit code 1 and what came back where the webhook does not take it.
    """
    from flows.scheduled.notify import TEST_SUBJECT, send_test
    from flows.settings import load_settings

    send_test(load_settings(config_file=config))
    if as_json:
        print_json({"sent": TEST_SUBJECT, "taken": True})
        return
    out.print(f"The webhook took the message '{TEST_SUBJECT}'. See that it has arrived where people read it.")
