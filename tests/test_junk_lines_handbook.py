"""docs/junk-lines.md says what is so: its commands run in their order and do what the text says."""

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app

ROOT = Path(__file__).parent.parent
HANDBOOK = (ROOT / "docs" / "junk-lines.md").read_text(encoding="utf-8")
LINE = "Shares of the parent company closed 6 percent higher."


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def kept() -> int:
    query = f"SELECT count(*) AS n FROM articles WHERE contains(text, '{LINE}')"
    [row] = json.loads(call("sql", query, "--format", "json").stdout)
    return int(row["n"])


@pytest.mark.usefixtures("stages_here")
def test_the_way_of_a_rule_can_be_gone(after_the_samples: Path) -> None:
    folder = after_the_samples
    commands = [shlex.split(line) for line in re.findall(r"^ {4}copydesk (.+)$", HANDBOOK, re.MULTILINE)]
    pack, config = re.findall(r"```toml\n(.*?)```", HANDBOOK, re.DOTALL)
    outputs: dict[str, str] = {}
    for command in commands:
        if command == ["rules", "check"]:
            (folder / "rules").mkdir()
            (folder / "rules" / "own.toml").write_text(pack, encoding="utf-8")
            (folder / "copydesk.toml").write_text(config, encoding="utf-8")
        if command == ["reclean"]:
            assert kept() == 1
        result = call(*command)
        assert result.exit_code == 0, (command, result.output)
        outputs[" ".join(command)] = result.output
    [tried] = [output for name, output in outputs.items() if name.startswith("rules try")]
    assert "It would cut 1 line in 1" in tried
    assert LINE in tried
    assert "own.toml/market-line" in outputs["reclean --dry-run"]
    assert "1 line newly cut" in outputs["reclean"]
    assert kept() == 0
    (folder / "copydesk.toml").unlink()
    assert "1 put back" in call("reclean").output
    assert kept() == 1


def test_every_key_of_a_rule_is_in_the_handbook() -> None:
    from transforms.junk.rules import _OPTIONAL, _REQUIRED

    rows = set(re.findall(r"^\| `([a-z_]+)` \|", HANDBOOK, re.MULTILINE))
    assert rows == set(_REQUIRED | _OPTIONAL)
