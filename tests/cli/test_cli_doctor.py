"""`confsync doctor`: finds what is wrong and says what to do."""

import os

import pytest

is_root = hasattr(os, "geteuid") and os.geteuid() == 0


def moods(done):
    lines = [line for line in done.out.splitlines() if not line.startswith(" ")]
    return {line[9:].partition(":")[0]: line[:9].strip() for line in lines}


def test_a_folder_that_is_well_is_said_to_be(synced):
    before = synced.files()
    synced.sandbox.requests.reset()
    done = synced.run("doctor")
    assert done.code == 0
    assert set(moods(done).values()) == {"ok"}
    assert {"settings", "folder", "case", "Unicode", "ledger", "login", "space", "root page", "clock"} <= set(
        moods(done)
    )
    assert synced.files() == before
    assert synced.sandbox.requests.writes == []
    assert synced.sandbox.token not in done.out


def test_it_works_before_the_first_run_and_leaves_nothing_behind(empty):
    done = empty.run("doctor")
    assert done.code == 0
    assert sorted(p.name for p in empty.root.iterdir()) == ["confsync.toml"]


def test_a_wrong_token_is_an_error_with_advice(empty, monkeypatch):
    monkeypatch.setenv("CONFLUENCE_TOKEN", "hush-hush")
    done = empty.run("doctor")
    assert done.code == 5
    assert moods(done)["Confluence"] == "error"
    assert "CONFLUENCE_TOKEN" in done.out
    assert "hush" not in done.out + done.err


def test_missing_credentials_are_an_error_with_advice(offline):
    offline.write("confsync.toml", '[confluence]\nurl = "https://example.org"\nspace = "A"\n')
    done = offline.run("doctor")
    assert done.code == 2
    assert "CONFLUENCE_USER" in done.out


def test_an_unencrypted_address_is_a_warning(offline):
    offline.write("confsync.toml", '[confluence]\nurl = "http://wiki.invalid"\nspace = "A"\n')
    assert moods(offline.run("doctor"))["address"] == "warning"


def test_a_root_page_that_cannot_be_seen_is_an_error(empty):
    empty.write("confsync.toml", empty.read("confsync.toml") + 'root_page = "999999"\n')
    done = empty.run("doctor")
    assert done.code == 5
    assert moods(done)["root page"] == "error"


def test_a_broken_ledger_is_a_warning_and_is_not_touched(synced):
    ledger = synced.path(".confsync/ledger.db")
    ledger.write_bytes(b"this is no database")
    done = synced.run("doctor")
    assert done.code == 0
    assert moods(done)["ledger"] == "warning"
    assert ledger.read_bytes() == b"this is no database"


@pytest.mark.skipif(is_root, reason="the administrator can write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(empty):
    empty.root.chmod(0o500)
    done = empty.run("doctor")
    empty.root.chmod(0o700)
    assert done.code == 6
    assert moods(done)["folder"] == "error"
