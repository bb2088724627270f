"""The whole way against a Confluence that tells no more than it must, and has no search: nothing of it is needed."""

from __future__ import annotations

import base64
import logging

import pytest
from plain_cloud import PlainCloud
from plain_datacenter import PlainDataCenter
from sync_home import Home

from confsync.errors import ConfsyncError, ExitCode

PLAIN = {
    "cloud": (PlainCloud, {}),
    "cloud without parent types": (PlainCloud, {"parent_types": True}),
    "cloud without a user": (PlainCloud, {"user": True}),
    "data center": (PlainDataCenter, {}),
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture(params=PLAIN.values(), ids=PLAIN.keys())
def home(request, tmp_path):
    kind, without = request.param
    with kind(**without) as plain:
        yield Home(tmp_path / "docs", plain)


def fill(home):
    for n in range(12):
        home.write(f"guide/page-{n:02}.md", f"# Page {n}\n\ntext {n}\n")
    home.write(
        "guide.md", "---\nlabels: [a, b]\n---\n# Guide\n\nSee [one](guide/page-01.md).\n\n![x](img/x.png)\n"
    )
    home.write("plain/inner/deep.md", "# Deep\n\ntext\n")
    home.write("img/x.png", PNG)


def test_a_tree_goes_there_and_comes_back(home):
    fill(home)
    assert home.push().exit_code == ExitCode.IN_SYNC
    plain = home.sandbox
    guide = plain.find("Guide")
    assert sorted(guide.labels) == ["a", "b"]
    assert [f.contents for f in plain.files.values()] == [[PNG]]
    assert 'ri:filename="x.png"' in guide.body
    assert home.push().exit_code == ExitCode.IN_SYNC
    assert home.writes == []

    other = home.twin("other")
    assert other.pull().exit_code == ExitCode.IN_SYNC
    files = other.files()
    assert sum(path.endswith(".md") for path in files) == 14
    assert PNG in files.values()
    assert "labels: [a, b]" in other.read("guide.md")
    assert other.pull().exit_code == ExitCode.IN_SYNC
    assert other.files() == files
    assert other.push().exit_code == ExitCode.IN_SYNC
    assert other.writes == []


def test_edits_on_either_side_arrive_on_the_other(home):
    fill(home)
    home.push()
    plain = home.sandbox
    home.edit("guide/page-03.md", "text 3", "text three")
    page = plain.find("Page 4")
    plain.write(page, page.title, page.body.replace("text 4", "text four"), "", 3)
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "text three" in plain.find("Page 3").body
    assert "text four" in home.read("guide/page-04.md")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


@pytest.mark.parametrize("theirs", [False, True], ids=["edited here", "edited on both sides"])
def test_an_edit_is_not_taken_for_sent_when_the_write_only_took_its_page_out_of_the_trash(home, theirs):
    # an answer without the text and without our message; then a `sync` took the old text for a colleague's
    fill(home)
    home.push()
    plain = home.sandbox
    page = plain.find("Page 4")
    home.edit("guide/page-04.md", "text 4", "text 4\n\nours")
    if theirs:
        plain.write(page, page.title, f"<p>theirs</p>{page.body}", "", 3)
    plain.trashed_before_write.add(page.id)
    home.push()
    assert home.sync().exit_code == ExitCode.IN_SYNC
    for text in (page.body, home.read("guide/page-04.md")):
        assert text.count("ours") == 1
        assert text.count("theirs") == theirs
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_a_page_that_leaves_the_trash_with_the_version_that_we_wrote_brings_its_file_back(home):
    fill(home)
    home.push()
    page = home.sandbox.find("Page 4")
    page.status = "trashed"
    home.sync()
    assert "guide/page-04.md" not in home.files()
    page.status = "current"
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert "text 4" in home.read("guide/page-04.md")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert home.writes == []


def test_deletions_renames_and_a_lost_ledger_are_what_they_are(home):
    fill(home)
    home.push()
    plain = home.sandbox
    plain.find("Page 5").status = "trashed"
    (home.root / "guide/page-06.md").unlink()
    (home.root / "guide/page-07.md").rename(home.root / "plain/page-07.md")
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert not (home.root / "guide/page-05.md").exists()
    assert plain.find("Page 6") is None
    assert plain.items[plain.find("Page 7").parent].title == "plain"
    home.forget()
    home.sync()
    assert home.writes == []
    assert home.sync().exit_code == ExitCode.IN_SYNC
    assert plain.find("Page 8").version == 2


class LaggingCloud(PlainCloud):
    """Lists, once it lags, what was there before."""

    def __init__(self) -> None:
        self.before = {}
        self.lags = False
        super().__init__()

    def _listed(self, asked, space):
        part = str(asked.query)
        if not self.lags or part not in self.before:
            self.before[part] = super()._listed(asked, space)
        return self.before[part]


def test_a_listing_that_is_behind_our_own_writes_undoes_none_of_them(tmp_path):
    with LaggingCloud() as plain:
        home = Home(tmp_path / "docs", plain)
        fill(home)
        home.push()
        assert home.sync().exit_code == ExitCode.IN_SYNC  # reads the listing as it will stay for a while
        plain.lags = True
        (home.root / "guide/page-07.md").rename(home.root / "plain/page-07.md")
        home.write("guide/page-08.md", "# Page 8 renamed\n\nedited\n")
        assert home.sync().exit_code == ExitCode.IN_SYNC
        files, moved = home.files(), plain.find("Page 7")
        assert plain.items[moved.parent].title == "plain"
        for _ in range(2):
            assert home.sync().exit_code == ExitCode.IN_SYNC
            assert home.writes == []
            assert home.files() == files
        plain.lags = False
        assert home.sync().exit_code == ExitCode.IN_SYNC
        assert (home.writes, home.files()) == ([], files)
        assert plain.find("Page 8 renamed").version == 3


def test_an_empty_folder_that_no_listing_shows_is_used_where_a_second_of_its_title_is_not_refused(tmp_path):
    with PlainCloud() as plain:
        home = Home(tmp_path / "docs", plain)
        home.write("a.md", "# A\n")
        home.push()
        empty = plain.add("guide", plain.home, "", kind="folder")  # as a run left it whose ledger was lost
        for name in ("guide", "plain"):
            home.write(f"{name}/{name}-page.md", f"# {name} page\n")
        assert home.push().exit_code == ExitCode.IN_SYNC
        folders = [item.title for item in plain.items.values() if item.kind == "folder"]
        assert sorted(folders) == ["guide", "plain"]
        assert plain.find("guide page").parent == empty.id
        assert home.push().exit_code == ExitCode.IN_SYNC
        assert home.writes == []


def test_a_cloud_without_folders_keeps_all_that_needs_none_and_says_what_to_do(tmp_path):
    with PlainCloud(folders=True) as plain:
        home = Home(tmp_path / "docs", plain)
        fill(home)
        report = home.push()
        assert report.exit_code == ExitCode.REMOTE
        (failed,) = [entry for entry in report.entries if entry.result == "failed"]
        assert failed.path == "plain"
        assert "index.md" in failed.detail
        assert len([page for page in plain.items.values() if page.version == 2]) == 13
        home.write("plain/index.md", "# Plain\n")
        home.write("plain/inner/index.md", "# Inner\n")
        assert home.push().exit_code == ExitCode.IN_SYNC
        assert plain.items[plain.find("Deep").parent].title == "Inner"


def test_what_changes_one_parents_children_goes_one_after_another_and_all_else_side_by_side(tmp_path):
    with PlainCloud() as plain:
        home = Home(tmp_path / "docs", plain)
        plain.crowd.latency = 0.01
        for n in range(40):
            home.write(f"d{n % 4}/p{n}.md", f"# Page {n}\n\ntext\n")
        home.push()
        for n in range(40):
            (home.root / f"d{n % 4}/p{n}.md").rename(home.root / f"d{(n + n // 20) % 4}/q{n}.md")
        assert home.sync().exit_code == ExitCode.IN_SYNC
        moved = [plain.find(f"Page {n}") for n in range(40)]
        assert [plain.items[page.parent].title for page in moved] == [
            f"d{(n + n // 20) % 4}" for n in range(40)
        ]
        assert plain.crowd.most_in_a_place == 1
        assert 2 < plain.crowd.most <= 8


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_server_that_repeats_the_login_gets_it_into_no_report_and_no_file(tmp_path, caplog, method, status):
    caplog.set_level(logging.DEBUG)
    with PlainCloud() as plain:
        home = Home(tmp_path / "docs", plain)
        home.write("a.md", "---\nlabels: [x]\n---\n# A\n\n![x](x.png)\n")
        home.write("x.png", PNG)
        home.write("b.md", "# B\n")
        if method == "DELETE":
            home.push()
            (home.root / "b.md").unlink()
        plain.echoes = ((method,), status)
        try:
            said = repr(home.sync())
        except ConfsyncError as error:
            said = f"{error!r} {error.message} {error.where} {error.hint}"
        assert any(event.method == method for event in plain.requests.api)
    pair = base64.b64encode(f"{plain.user}:{plain.token}".encode()).decode()
    kept = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    for secret in (plain.token, pair):
        assert secret not in said + caplog.text
        assert secret.encode() not in kept


def test_a_file_that_changed_becomes_a_new_version_of_it(home):
    fill(home)
    home.push()
    home.write("img/x.png", PNG + b"more")
    assert home.push().exit_code == ExitCode.IN_SYNC
    (file,) = home.sandbox.files.values()
    assert file.contents == [PNG, PNG + b"more"]
