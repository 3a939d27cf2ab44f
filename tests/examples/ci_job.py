"""A small runner: takes the `run:` steps out of a shipped workflow, action or template, and executes them as they are.

Emulated is what a runner gives to a step: variables, files for outputs and summaries, the shell. Steps with `uses:` are
named and passed over; whoever calls has made the checkout. An expression that no table has is an error, not an empty
text, and so is a condition.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CI = ROOT / "examples" / "ci"
_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_PLANNED = "inputs.command == 'plan' && inputs.comment == 'true' && github.event_name == 'pull_request'"
_APPLIED = "always() && inputs.command == 'apply' && inputs.comment == 'true' && github.event_name == 'push'"
_CONDITIONS = {
    "!cancelled()": (True, None),
    "always()": (True, None),
    _PLANNED: (False, ("plan", "true", "pull_request")),
    _APPLIED: (True, ("apply", "true", "push")),
}
"""What stands in `if:` of a step: whether it runs after a failure too, and at which command, comment and event."""


@dataclass(slots=True, kw_only=True)
class Ran:
    """What a job left behind: the exit code of the first step that failed, all that was printed, outputs, summary."""

    code: int = 0
    said: str = ""
    summary: str = ""
    passed_over: list[str] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)


def read(file: Path) -> dict[str, object]:
    """Read a file of YAML."""
    found: dict[str, object] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


def inner(value: object, *keys: str) -> dict[str, object]:
    """Go down to a mapping; {} where there is none."""
    for key in keys:
        value = value.get(key, {}) if isinstance(value, dict) else {}
    return value if isinstance(value, dict) else {}


def steps_of(job: Mapping[str, object]) -> list[dict[str, object]]:
    """Give the steps of a job."""
    found = job["steps"]
    assert isinstance(found, list)
    return found


class Runner:
    """One machine: its programs, a folder for what steps write, and the variables that every step gets."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._programs = folder / "programs"
        self._programs.mkdir(parents=True)
        self._program("reconciler", f'exec "{sys.executable}" -m reconciler "$@"')
        self._program("pip", f'echo "$*" >> "{folder}/installed"')
        self.environment = {**environment, "PYTHONPATH": str(ROOT), "CI": "true", "RUNNER_TEMP": str(folder / "temp")}
        self.environment["PATH"] = f"{self._programs}:{environment['PATH']}"
        (folder / "temp").mkdir()

    def _program(self, name: str, line: str) -> None:
        file = self._programs / name
        file.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        file.chmod(0o755)

    @property
    def installed(self) -> list[str]:
        """What pip was called with."""
        return (self.folder / "installed").read_text(encoding="utf-8").splitlines()

    def github_job(
        self, workflow: str, name: str, checkout: Path, expressions: Mapping[str, str], **variables: str
    ) -> Ran:
        """Execute the `run:` steps of a job of a workflow of ours."""
        job = inner(read(CI / "github" / workflow), "jobs", name)
        env = {key: _filled(str(value), expressions) for key, value in inner(job, "env").items()}
        return self._steps(steps_of(job), checkout, expressions, {"GITHUB_ACTIONS": "true", **variables, **env})

    def action(
        self, inputs: Mapping[str, str], checkout: Path, expressions: Mapping[str, str], **variables: str
    ) -> Ran:
        """Execute the `run:` steps of our action, with these inputs and the defaults of the others."""
        action = read(ROOT / "action.yml")
        table = dict(expressions)
        for name, about in inner(action, "inputs").items():
            table[f"inputs.{name}"] = inputs.get(name, _filled(str(inner(about).get("default", "")), expressions))
        assert set(inputs) <= set(inner(action, "inputs"))
        ran = self._steps(steps_of(inner(action, "runs")), checkout, table, {"GITHUB_ACTIONS": "true", **variables})
        for name, about in inner(action, "outputs").items():
            asked = _EXPRESSION.sub(r"\1", str(inner(about)["value"])).split(" || ")
            ran.outputs[name] = next((ran.outputs[one] for one in asked if ran.outputs.get(one)), "")
        return ran

    def gitlab_job(self, name: str, checkout: Path, **variables: str) -> Ran:
        """Execute the script of a job of our template."""
        template = read(CI / "gitlab" / "reconciler.gitlab-ci.yml")
        merged = _extended(template, name)
        lines = [line for part in ("before_script", "script") for line in _lines(merged.get(part))]
        env = {key: str(value) for key, value in inner(merged, "variables").items()}
        ran = Ran()
        self._shell(
            "\n".join(lines), ["bash", "-eo", "pipefail"], checkout, {**env, "GITLAB_CI": "true", **variables}, ran
        )
        return ran

    def _steps(
        self,
        steps: list[dict[str, object]],
        checkout: Path,
        expressions: Mapping[str, str],
        variables: Mapping[str, str],
    ) -> Ran:
        ran = Ran()
        table = dict(expressions)
        for step in steps:
            if "uses" in step:
                ran.passed_over.append(str(step["uses"]))
                continue
            if not self._wanted(step, ran, table):
                continue
            files = {name: self.folder / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
            for file in files.values():
                file.write_text("", encoding="utf-8")
            env = {key: _filled(str(value), table) for key, value in inner(step, "env").items()}
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail"] if "shell" in step else ["bash", "-e"]
            given = {**variables, **{name: str(file) for name, file in files.items()}, **env}
            before = ran.code
            self._shell(str(step["run"]), shell, checkout, given, ran)
            ran.code = before if step.get("continue-on-error") else ran.code
            ran.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
            for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
                key, _, value = line.partition("=")
                table[f"steps.{step['id']}.outputs.{key}"] = ran.outputs[f"steps.{step['id']}.outputs.{key}"] = value
        return ran

    def _wanted(self, step: Mapping[str, object], ran: Ran, table: Mapping[str, str]) -> bool:
        condition = str(step.get("if", ""))
        if not condition:
            return ran.code == 0
        afterwards, wanted = _CONDITIONS[_EXPRESSION.sub(r"\1", condition)]
        names = ("inputs.command", "inputs.comment", "github.event_name")
        return (afterwards or ran.code == 0) and wanted in (None, tuple(table.get(name) for name in names))

    def _shell(self, script: str, shell: list[str], folder: Path, given: Mapping[str, str], ran: Ran) -> None:
        assert "${{" not in script  # what stands in a script is text of ours alone
        done = subprocess.run(
            [*shell, "-c", script],
            cwd=folder,
            env={**self.environment, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        ran.said += done.stdout
        ran.code = ran.code or done.returncode


def _filled(text: str, expressions: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: _value(found[1].split(" || "), expressions), text)


def _value(names: list[str], expressions: Mapping[str, str]) -> str:
    """Give the first that is not empty; a step that did not run has no outputs."""
    given = [expressions.get(name, "") if name.startswith("steps.") else expressions[name] for name in names]
    return next(filter(None, given), "")


def _lines(script: object) -> Iterator[str]:
    assert script is None or isinstance(script, list)
    yield from (str(line) for line in script or ())


def _extended(template: Mapping[str, object], name: str) -> dict[str, object]:
    """Merge a job with what it extends, as GitLab does: mappings key by key, the rest as a whole."""
    job = inner(template, name)
    base = _extended(template, str(job["extends"])) if "extends" in job else {}
    merged = {**base, **job}
    merged["variables"] = {**inner(base, "variables"), **inner(job, "variables")}
    return merged
