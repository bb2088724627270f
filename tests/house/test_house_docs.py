"""The documentation and the program say the same."""

import importlib.util
import inspect
import re
from pathlib import Path

import click
import msgspec
import pytest

from confsync import errors
from confsync.cli import COMMANDS, cli
from confsync.config import EXPECTED, ConfluenceTable, GitTable, LabelsTable, SyncTable
from confsync.errors import ConfsyncError, ExitCode
from confsync.markup.document import inspect as inspect_document

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ConfsyncError)]


def read(name):
    return (DOCS / name).read_text(encoding="utf-8")


def generator():
    spec = importlib.util.spec_from_file_location("confsync_docs_generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command(name):
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name):
    page = read("commands.md")
    section = page.partition(f"\n## confsync {name}\n")[2].partition("\n## ")[0]
    assert section, f"docs/commands.md has no section on {name}"
    options = [o for p in command(name).params if isinstance(p, click.Option) for o in p.opts]
    assert [o for o in options if o not in ("-C", "--help") and f"`{o}" not in section] == []


def test_no_command_is_documented_that_does_not_exist():
    assert re.findall(r"^## confsync (\w+)$", read("commands.md"), re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_folder_and_explains_itself(name):
    found = command(name)
    assert "-C" in [o for p in found.params for o in p.opts]
    assert found.help
    assert all(p.help for p in found.params if isinstance(p, click.Option))


def test_every_setting_is_declared_expected_and_documented():
    tables = {"confluence": ConfluenceTable, "sync": SyncTable, "labels": LabelsTable, "git": GitTable}
    page = read("configuration.md")
    for table, kind in tables.items():
        names = [field.name for field in msgspec.structs.fields(kind)]
        assert list(EXPECTED[table]) == names
        assert f"`[{table}]`" in page
        assert [name for name in names if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", ["errors.md", "decisions.md", "formats.md"])
def test_a_page_that_is_made_from_the_code_is_the_one_that_the_code_gives(name):
    assert read(name) == generator().pages()[name], "run `make docs`"


def test_every_exit_code_has_a_meaning_in_words():
    assert set(generator().CODES) == set(ExitCode)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_code_an_explanation_and_a_place_in_the_drawing(kind):
    assert isinstance(kind.exit_code, ExitCode)
    assert kind.__doc__
    assert kind.__name__ in (errors.__doc__ or "")
    error = kind("It happened.", where="a.md")
    assert (error.message, error.where) == ("It happened.", "a.md")


def test_all_twelve_promises_stand_with_their_proof():
    page = read("promises.md")
    assert re.findall(r"^\| (P\d+) \|", page, re.MULTILINE) == [f"P{n}" for n in range(1, 13)]


def test_every_proof_that_a_promise_names_is_a_test_where_it_leads():
    for row in re.findall(r"^\| P\d+ \|.*$", read("promises.md"), re.MULTILINE):
        proofs = re.findall(r"\[([^\]]+)\]\((\.\./tests/[^)]+)\)", row)
        assert proofs, row
        for words, target in proofs:
            source = (DOCS / target).read_text(encoding="utf-8")
            assert f"def test_{words.replace(' ', '_')}(" in source, f"{target} has no test that {words}"


@pytest.mark.parametrize("page", sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]), ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


def slugs_of(page):
    return {heading.slug for heading in inspect_document(page.read_bytes()).headings}


@pytest.mark.parametrize("page", sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")]), ids=lambda page: page.name)
def test_links_to_headings_lead_to_one(page):
    text = page.read_text(encoding="utf-8")
    plain = re.sub(r"(`{3,}).*?\n\1|`[^`\n]*`", "", text, flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)", plain)
    slugs = {file: slugs_of(page.parent / file if file else page) for file, _ in links}
    assert [f"{file}#{anchor}" for file, anchor in links if anchor not in slugs[file]] == []


def test_the_commands_of_the_readme_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    tasks = set(re.findall(r"^make (\w+)", text, re.MULTILINE))
    assert {"demo", "test"} <= tasks
    assert [task for task in tasks if f"\n{task}:" not in makefile] == []
    assert set(re.findall(r"^confsync (\w+)", text, re.MULTILINE)) <= set(COMMANDS)


FACTS = re.compile(r"(?:(\w+)/)?FACTS\.md ((?:\d+)(?:(?:, | and )\d+)*)")


def test_every_fact_that_the_code_cites_stands_in_the_list_that_it_names():
    sections = {
        package: set(re.findall(r"^## (\d+)\.", text, re.MULTILINE))
        for package in ("markup", "sandbox")
        for text in [(ROOT / "confsync" / package / "FACTS.md").read_text(encoding="utf-8")]
    }
    cited = 0
    for path in sorted((ROOT / "confsync").rglob("*.py")):
        own = path.relative_to(ROOT / "confsync").parts[0]
        for package, numbers in FACTS.findall(path.read_text(encoding="utf-8")):
            cited += 1
            assert set(re.findall(r"\d+", numbers)) <= sections[package or own], path
    assert cited > 20


@pytest.mark.parametrize("package", ["planning", "sync"])
def test_every_module_on_the_map_of_the_engine_exists(package):
    section = read("architecture.md").split(f"## Inside {package}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| about")]
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row.rpartition(" | ")[2])}
    there = {path.stem for path in (ROOT / "confsync" / package).glob("*.py")}
    assert named
    assert named <= there, named - there
