"""`confsync doctor`: finds what is wrong and says what to do."""

import os

import pytest

from confsync.cli.disk import _watches
from confsync.cli.doctor import _clock
from confsync.sandbox import Fault, Sandbox, Trouble
from confsync.sandbox.store.records import Role

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


# ---- what Confluence tells of itself ----------------------------------------------------------------------------


@pytest.fixture(params=["cloud", "datacenter"])
def there(request, offline, tmp_path, capfd, monkeypatch):
    """A folder for either Confluence, with the login of its robot."""
    with Sandbox(flavor=request.param) as running:
        monkeypatch.setenv("CONFLUENCE_USER", running.user)
        monkeypatch.setenv("CONFLUENCE_TOKEN", running.token)
        made = type(offline)(tmp_path / "docs", running, capfd)
        made.write("confsync.toml", f'[confluence]\nurl = "{running.url}"\nspace = "DOCS"\n')
        yield made


def test_it_says_what_this_account_may_do_and_what_it_may_not(there):
    done = there.run("doctor")
    assert done.code == 0
    assert moods(done)["rights"] == "ok"
    assert "may create pages, edit pages, delete pages, attach files" in done.out
    store = there.sandbox.store
    (robot,) = [user for user in store.state.users.values() if user.token == there.sandbox.token]
    store.access.change_role(robot.account_id, Role.VIEWER)
    done = there.run("doctor")
    assert done.code == 0
    assert moods(done)["rights"] == "warning"
    assert "may not create pages, edit pages, delete pages, attach files" in done.out
    assert "administrator" in done.out


@pytest.mark.parametrize("there", ["datacenter"], indirect=True)
def test_it_says_which_release_a_data_center_is_and_that_it_is_read_only(there):
    there.sandbox.store.change_habits(read_only=True)
    done = there.run("doctor")
    assert "(datacenter 10.0.3)" in done.out
    assert moods(done)["rights"] == "warning"


def test_a_login_that_may_not_say_who_it_is_is_a_warning(empty):
    empty.write("confsync.toml", empty.read("confsync.toml") + 'flavor = "cloud"\n')
    fault = Fault(trouble=Trouble.STATUS, status=403, path="*/user/current", times=0)
    empty.sandbox.faults.add(fault)
    done = empty.run("doctor")
    assert done.code == 0
    assert moods(done)["login"] == "warning"


@pytest.mark.parametrize(
    ("ahead", "level", "said"),
    [(0, "ok", "UTC"), (600, "warning", "10 minutes behind"), (-600, "warning", "ahead")],
)
def test_a_clock_that_is_minutes_off_is_a_warning(ahead, level, said):
    line = _clock(ahead).line()
    assert line.startswith(level)
    assert said in line


def test_more_folders_than_may_be_watched_are_a_warning(tmp_path):
    limit = tmp_path / "max_user_watches"
    for n in range(6):
        (tmp_path / "docs" / str(n)).mkdir(parents=True)
    limit.write_text("8\n")
    (found,) = _watches(tmp_path / "docs", limit)
    assert found.level == "warning"
    assert "max_user_watches" in found.advice
    limit.write_text("65536\n")
    (found,) = _watches(tmp_path / "docs", limit)
    assert found.level == "ok"
    assert list(_watches(tmp_path / "docs", tmp_path / "none")) == []
