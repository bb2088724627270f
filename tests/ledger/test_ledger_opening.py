"""A broken ledger is set aside, a newer one refused, a dry one leaves no trace; each with a sentence for a person."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from confsync.errors import LedgerError
from confsync.ledger import open_ledger
from confsync.ledger.schema import MIGRATIONS, TABLES, migrations
from confsync.model import Base, BaseTexts, DocPath, LedgerMeta, OpId, PageId, Sha, SpaceId, sha


class Now:
    """A clock that is set by hand."""

    def __init__(self, when: datetime) -> None:
        self.when = when

    def now(self) -> datetime:
        return self.when

    def monotonic(self) -> float:
        return self.when.timestamp()

    def sleep(self, seconds: float) -> None:
        self.when += timedelta(seconds=seconds)


def fill(path: Path, pages: int = 200) -> None:
    with open_ledger(path) as ledger:
        for number in range(pages):
            ledger.save(base(number), BaseTexts(f"markdown {number} " * 50, f"storage {number} " * 50))


def base(number: int) -> Base:
    return Base(
        page_id=PageId(str(number)),
        path=DocPath(f"docs/page-{number}.md"),
        local_hash=sha(str(number)),
        version=number + 1,
        body_hash=sha(str(number)),
        title=f"Page {number}",
        own_title=f"Page {number}",
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".confsync" / "ledger.db"


def listing(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


# ---- new and whole ----------------------------------------------------------------------------------------------


def test_a_new_ledger_is_empty_and_says_nothing_of_rebuilding(path: Path):
    with open_ledger(path) as ledger:
        assert (ledger.rebuilt, ledger.meta(), ledger.rows(), ledger.intents()) == (None, None, {}, [])


def test_the_schema_is_whole_and_every_migration_is_known_by_name(path: Path):
    with open_ledger(path) as ledger:
        assert set(ledger._db.table_names()) >= TABLES
        assert {m.name for m in migrations.applied(ledger._db)} == MIGRATIONS
        assert ledger._db.journal_mode == "wal"
        assert ledger._db.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert ledger._db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_ledger_of_an_older_confsync_is_taken_over_with_all_that_it_knows(path: Path):
    fill(path, 3)
    with open_ledger(path) as ledger:
        ledger.set_meta(LedgerMeta(base_url="u", space_id=SpaceId("s"), root_id="r", converter="c"))
    with sqlite3.connect(path) as db:
        for table in ("departed", "departed_attachment"):
            db.execute(f"DROP TABLE {table}")
        for table, column in (("base", "held_hash"), ("meta", "learned")):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name IN ('m007_departed', 'm008_learned')")
    db.close()
    for dry in (True, False):
        with open_ledger(path, dry=dry) as ledger:
            assert (ledger.rebuilt, len(ledger.rows()), dict(ledger.departed())) == (None, 3, {})
            assert ledger.meta().learned
            ledger.save(replace(next(iter(ledger.rows().values())), held_hash=Sha("h")))


def test_a_row_that_departed_more_than_a_year_ago_is_forgotten_on_opening(path: Path):
    fill(path, 2)
    with open_ledger(path) as ledger:
        old, new = sorted(ledger.rows())
        ledger.forget(old)
        ledger.forget(new)
    with sqlite3.connect(path) as db:
        long_ago = (datetime.now(UTC) - timedelta(days=366)).isoformat()
        db.execute("UPDATE departed SET at = ? WHERE page_id = ?", [long_ago, old])
    db.close()
    with open_ledger(path) as ledger:
        assert set(ledger.departed()) == {new}
        assert ledger.departure(old) is None


def test_a_ledger_that_was_closed_twice_opens_whole(path: Path):
    ledger = open_ledger(path)
    ledger.close()
    ledger.close()
    with open_ledger(path) as again:
        assert again.rebuilt is None


def test_a_closed_ledger_explains_itself(path: Path):
    ledger = open_ledger(path)
    ledger.close()
    with pytest.raises(LedgerError, match="closed"):
        ledger.rows()


def test_operations_that_landed_long_ago_are_forgotten_on_opening(path: Path):
    clock = Now(datetime(2030, 1, 1, tzinfo=UTC))
    with open_ledger(path, clock=clock) as ledger:
        ledger.settle(OpId("old"), spent_on=PageId("1"))
        clock.when += timedelta(days=20)
        ledger.settle(OpId("young"), spent_on=PageId("2"))
    clock.when += timedelta(days=11)
    with open_ledger(path, clock=clock) as ledger:
        assert ledger.spent() == {"young": "2"}


# ---- broken -----------------------------------------------------------------------------------------------------

GARBAGE = {
    "is empty": b"",
    "a text": b"this is not a database\n" * 400,
    "zeros": bytes(8192),
    "a header alone": b"SQLite format 3\0",
    "a header and noise": b"SQLite format 3\0" + random.Random(1).randbytes(8192),
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_file_that_is_no_database_is_set_aside_byte_for_byte_and_a_new_one_begun(
    path: Path, content: bytes
):
    path.parent.mkdir()
    path.write_bytes(content)
    Path(f"{path}-wal").write_bytes(b"old log")
    with open_ledger(path, clock=Now(datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC))) as ledger:
        assert ledger.rebuilt is not None
        assert "ledger.db.broken-20310203T040506Z" in ledger.rebuilt
        assert ledger.rows() == {}
        ledger.save(base(1))
    aside = path.with_name("ledger.db.broken-20310203T040506Z")
    assert aside.read_bytes() == content
    assert Path(f"{aside}-wal").read_bytes() == b"old log"
    with open_ledger(path) as ledger:
        assert ledger.rebuilt is None
        assert list(ledger.rows()) == ["1"]


def test_two_broken_ledgers_of_one_second_are_both_kept(path: Path):
    clock = Now(datetime(2031, 2, 3, tzinfo=UTC))
    path.parent.mkdir()
    for content in (b"first", b"second"):
        path.write_bytes(content)
        open_ledger(path, clock=clock).close()
    kept = {file.read_bytes() for file in path.parent.glob("ledger.db.broken-*")}
    assert kept == {b"first", b"second"}


def test_a_database_of_another_program_is_set_aside(path: Path):
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE base (page_id TEXT)")
    other.close()
    with open_ledger(path) as ledger:
        assert "another program" in (ledger.rebuilt or "")


def test_a_ledger_that_lacks_a_table_is_set_aside(path: Path):
    fill(path, 1)
    other = sqlite3.connect(path)
    other.execute("DROP TABLE op_spent")
    other.close()
    with open_ledger(path) as ledger:
        assert "op_spent" in (ledger.rebuilt or "")


def test_wherever_a_ledger_is_cut_it_opens_whole_or_is_set_aside(path: Path, tmp_path: Path):
    fill(path)
    whole = path.read_bytes()
    chance = random.Random(7)
    for length in [
        1,
        99,
        100,
        4095,
        4096,
        len(whole) - 1,
        *(chance.randrange(len(whole)) for _ in range(40)),
    ]:
        folder = tmp_path / f"cut-{length}"
        folder.mkdir()
        cut = folder / "ledger.db"
        cut.write_bytes(whole[:length])
        with open_ledger(cut) as ledger:
            assert ledger.rebuilt is not None
            assert ledger.rows() == {}
        shutil.rmtree(folder)


def test_a_ledger_with_flipped_bytes_never_ends_in_anything_but_a_ledger_error(path: Path, tmp_path: Path):
    fill(path)
    whole = path.read_bytes()
    chance = random.Random(11)
    told = []
    for attempt in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 200)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        folder = tmp_path / f"flip-{attempt}"
        folder.mkdir()
        (folder / "ledger.db").write_bytes(damaged)
        try:
            with open_ledger(folder / "ledger.db") as ledger:
                for page_id in ledger.rows():
                    ledger.texts(page_id)
                ledger.save(base(1), BaseTexts("m", "s"))
        except LedgerError as error:
            told.append(error.hint)
        shutil.rmtree(folder)
    assert all(told)


# ---- newer, unusable --------------------------------------------------------------------------------------------


def test_a_ledger_of_a_newer_confsync_is_refused_and_left_as_it_is(path: Path):
    fill(path, 3)
    other = sqlite3.connect(path)
    other.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('confsync', 'm999_later', 'now')"
    )
    other.commit()
    other.close()
    before = listing(path.parent)
    for dry in (False, True):
        with pytest.raises(LedgerError, match="newer confsync"):
            open_ledger(path, dry=dry)
    assert listing(path.parent) == before


def test_a_directory_or_a_symbolic_link_in_its_place_is_refused(path: Path, tmp_path: Path):
    path.mkdir(parents=True)
    with pytest.raises(LedgerError, match="regular file"):
        open_ledger(path)
    path.rmdir()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LedgerError, match="regular file"):
        open_ledger(path)
    assert not (tmp_path / "elsewhere").exists()
    path.unlink()
    path.parent.rename(tmp_path / "victim")
    path.parent.symlink_to(tmp_path / "victim")
    with pytest.raises(LedgerError, match="regular file"):
        open_ledger(path)
    assert list((tmp_path / "victim").iterdir()) == []


def test_a_root_that_is_missing_is_not_made(tmp_path: Path):
    with pytest.raises(LedgerError):
        open_ledger(tmp_path / "gone" / ".confsync" / "ledger.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_its_folder_should_be_is_told(tmp_path: Path):
    (tmp_path / ".confsync").write_text("in the way")
    with pytest.raises(LedgerError) as caught:
        open_ledger(tmp_path / ".confsync" / "ledger.db")
    assert str(tmp_path / ".confsync") in caught.value.where


def test_a_full_disk_is_said_in_words_and_the_ledger_stays_whole(path: Path):
    with open_ledger(path) as ledger:
        ledger.save(base(1))
        pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
        ledger._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(LedgerError, match="the disk is full"):
            ledger.save(base(2), BaseTexts(random.Random(1).randbytes(50_000).hex(), "s"))
        assert list(ledger.rows()) == ["1"]
    with open_ledger(path) as ledger:
        assert list(ledger.rows()) == ["1"]


READ_ONLY = """
import os, sys
from pathlib import Path
from confsync.errors import LedgerError
from confsync.ledger import open_ledger
if os.getuid() == 0:
    os.setuid(65534)
try:
    open_ledger(Path(sys.argv[1])).close()
except LedgerError as error:
    print(type(error).__name__, error, error.hint)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions are another matter there")
def test_a_ledger_that_may_not_be_written_is_said_in_words(path: Path):
    fill(path, 1)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    for folder in (path.parent.parent, *path.parent.parent.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    before = listing(path.parent)
    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, check=True
    )
    path.parent.chmod(0o755)
    assert "LedgerError" in done.stdout
    assert "writ" in done.stdout
    assert listing(path.parent) == before


def test_another_program_that_holds_the_ledger_is_told(path: Path, monkeypatch: pytest.MonkeyPatch):
    fill(path, 1)
    monkeypatch.setattr("confsync.ledger.opening._BUSY_SECONDS", 0.1)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(LedgerError, match="another program has locked it"):
            open_ledger(path)
    finally:
        other.close()


# ---- dry --------------------------------------------------------------------------------------------------------


def test_a_dry_ledger_reads_what_is_there_and_writes_into_the_air(path: Path):
    fill(path, 3)
    before = listing(path.parent)
    with open_ledger(path, dry=True) as ledger:
        assert len(ledger.rows()) == 3
        ledger.forget(PageId("1"))
        ledger.set_meta(LedgerMeta(base_url="u", space_id=SpaceId("s"), root_id="r", converter="c"))
        assert len(ledger.rows()) == 2
        assert listing(path.parent) == before
    assert listing(path.parent) == before
    with open_ledger(path) as ledger:
        assert len(ledger.rows()) == 3


def test_a_dry_ledger_that_does_not_exist_is_empty_and_stays_away(path: Path):
    with open_ledger(path, dry=True) as ledger:
        assert ledger.rows() == {}
        ledger.save(base(1))
    assert not path.parent.exists()


def test_a_dry_ledger_that_is_broken_says_so_and_is_left_alone(path: Path):
    path.parent.mkdir()
    path.write_bytes(b"broken" * 1000)
    before = listing(path.parent)
    with open_ledger(path, dry=True) as ledger:
        assert "will set it aside" in (ledger.rebuilt or "")
        assert ledger.rows() == {}
    assert listing(path.parent) == before


def test_a_dry_ledger_sees_what_a_process_at_work_has_written(path: Path):
    with open_ledger(path) as busy:
        busy.save(base(1))
        assert Path(f"{path}-wal").stat().st_size > 0
        with open_ledger(path, dry=True) as ledger:
            assert list(ledger.rows()) == ["1"]
        busy.save(base(2))
        assert len(busy.rows()) == 2


def test_a_dry_ledger_sees_what_a_killed_process_left_in_its_log(path: Path, tmp_path: Path):
    with open_ledger(path) as busy:
        busy.save(base(1))
        killed = tmp_path / "killed"
        shutil.copytree(path.parent, killed)
    names = sorted(file.name for file in killed.iterdir())
    with open_ledger(killed / "ledger.db", dry=True) as ledger:
        assert list(ledger.rows()) == ["1"]
    assert sorted(file.name for file in killed.iterdir()) == names


# ---- threads ----------------------------------------------------------------------------------------------------


def test_calls_from_many_threads_are_all_there_at_the_end(path: Path):
    with open_ledger(path) as ledger, ThreadPoolExecutor(8) as pool:

        def work(worker: int) -> list[str | None]:
            told = []
            for step in range(25):
                number = worker * 100 + step
                ledger.save(base(number), BaseTexts(f"m{step}", f"s{number}"))
                told.append(ledger.texts(PageId(str(number))).markdown)
                ledger.rows()
            return told

        assert list(pool.map(work, range(8))) == [[f"m{step}" for step in range(25)]] * 8
    with open_ledger(path) as ledger:
        assert len(ledger.rows()) == 200


def test_a_ledger_whose_tables_lack_a_column_is_set_aside(path):
    fill(path, 1)
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE base RENAME COLUMN title TO titla")
    db.close()
    with open_ledger(path) as ledger:
        assert "lacks columns: base.title" in ledger.rebuilt
        assert ledger.rows() == {}
        ledger.save(base(7), BaseTexts("m", "s"))
    with open_ledger(path) as ledger:
        assert ledger.rebuilt is None
        assert list(ledger.rows()) == [PageId("7")]


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_ledger_that_cannot_be_written_leaves_nothing_behind_that_outlives_its_repair(path):
    fill(path, 3)
    path.chmod(0o444)
    probe = "import sys; from pathlib import Path; from confsync.ledger import open_ledger; open_ledger(Path(sys.argv[1])).close()"
    open_it = [*without_privileges(), sys.executable, "-c", probe, path]
    for side_file in ("", "-shm"):
        if side_file:
            Path(f"{path}{side_file}").touch(mode=0o444)
        else:
            refused = subprocess.run(open_it, capture_output=True, check=False)
            assert b"cannot be written" in refused.stderr
            assert [file.name for file in path.parent.iterdir()] == ["ledger.db"]
            path.chmod(0o644)
        subprocess.run(open_it, capture_output=True, check=True)


def without_privileges() -> list[str]:
    """Return what runs a command so that permissions bind it, as they do not bind root otherwise."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("permissions do not bind root, and there is no setpriv")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
