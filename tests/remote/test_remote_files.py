"""Downloads: whole or not at all. Forms: exactly as long as they say."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from remote_scripted import Asked, Reply, Reset, Silence, upload_of
from werkzeug.formparser import parse_form_data

from confsync.errors import AuthError, ChangedUnderneath, LocalError, NotFound, RemoteError, Unreachable
from confsync.model import Attachment, PageId, sha
from confsync.remote import connect
from confsync.remote.attachments import FileForm
from confsync.sandbox import Sandbox

DATA = bytes(range(256)) * 700
ATTACHMENT = Attachment(
    id="att9", page_id=PageId("7"), name="a.bin", version=2, size=len(DATA), media_type="image/png"
)


def test_a_download_is_asked_for_in_the_listed_version_and_hashed(server, cloud, tmp_path):
    server.script(Reply(200, DATA))
    found = cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert found == hashlib.sha256(DATA).hexdigest()
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert server.asked[0].path == "/wiki/rest/api/content/7/child/attachment/att9/download"
    assert server.asked[0].of("version") == ["2"]


faults = {
    "cut": Reply(200, DATA, cut=True),
    "too short, but whole as announced": Reply(200, DATA[:-1]),
    "reset": Reset(),
    "silence": Silence(),
    "503": Reply(503, b""),
    "429": Reply(429, b"", {"Retry-After": "3"}),
}


@pytest.mark.parametrize("fault", faults.values(), ids=faults.keys())
def test_a_download_that_fails_once_is_begun_anew(server, cloud, tmp_path, fault):
    server.script(fault, Reply(200, DATA))
    cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "fault", [*faults.values(), Reply(404, {}), Reply(403, {})], ids=[*faults.keys(), "404", "403"]
)
def test_a_download_that_never_comes_whole_leaves_nothing_behind(server, cloud, tmp_path, fault):
    server.script(fault)
    with pytest.raises(RemoteError):
        cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert list(tmp_path.iterdir()) == []
    assert len(server.asked) <= 5


def serving(asked: Asked) -> Reply:
    """Serve what is asked for, but break off the first time."""
    first = int(asked.headers.get("range", "bytes=0-")[6:-1])
    part = {"Content-Range": f"bytes {first}-{len(DATA) - 1}/{len(DATA)}"}
    return Reply(206, DATA[first:], part) if first else Reply(200, DATA, cut=True)


def test_a_download_goes_on_where_it_broke_off(server, cloud, tmp_path):
    server.answer = serving
    assert cloud.download(ATTACHMENT, tmp_path / "a.bin") == hashlib.sha256(DATA).hexdigest()
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert "range" not in server.asked[0].headers
    begun = int(server.asked[1].headers["range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < begun <= len(DATA) // 2
    assert len(server.asked) == 2


rests = {
    "the whole": Reply(200, DATA),
    "another part": Reply(206, DATA[5:], {"Content-Range": f"bytes 5-{len(DATA) - 1}/{len(DATA)}"}),
    "no part": Reply(416, b""),
    "a 503": Reply(503, b""),
}


@pytest.mark.parametrize("rest", rests.values(), ids=rests.keys())
def test_a_download_whose_rest_is_not_to_be_had_is_still_never_put_together_wrongly(
    server, cloud, tmp_path, rest
):
    server.script(Reply(200, DATA, cut=True), rest, Reply(200, DATA))
    assert cloud.download(ATTACHMENT, tmp_path / "a.bin") == sha(DATA)
    assert (tmp_path / "a.bin").read_bytes() == DATA


def test_a_rest_is_asked_for_behind_a_redirect_too(server, cloud, other_host, tmp_path):
    server.script(Reply(302, b"", {"Location": f"http://127.0.0.1:{other_host.server_port}/media"}))
    other_host.answer = serving
    cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == DATA
    assert "range" in other_host.asked[1].headers
    assert all("authorization" not in asked.headers for asked in other_host.asked)


def test_a_file_that_is_not_what_our_note_says_is_asked_for_again(server, cloud, tmp_path):
    noted = replace(ATTACHMENT, hash=sha(DATA))
    server.script(Reply(200, DATA[::-1]), Reply(200, DATA))
    assert cloud.download(noted, tmp_path / "a.bin") == sha(DATA)
    assert (tmp_path / "a.bin").read_bytes() == DATA


def test_a_file_that_comes_twice_alike_is_what_it_is_whatever_our_note_says(server, cloud, tmp_path):
    noted = replace(ATTACHMENT, hash=sha(b"another"))
    server.script(Reply(200, DATA))
    assert cloud.download(noted, tmp_path / "a.bin") == sha(DATA)
    assert len(server.asked) == 2


def test_a_vanished_attachment_is_not_found_at_once(server, cloud, tmp_path):
    server.script(Reply(404, {"message": "No attachment"}))
    with pytest.raises(NotFound):
        cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert len(server.asked) == 1


def test_a_circle_of_redirects_ends(server, cloud, tmp_path):
    server.script(Reply(302, b"", {"Location": "/wiki/again"}))
    with pytest.raises(Unreachable):
        cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert len(server.asked) < 10


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)"])
def test_a_redirect_to_what_is_no_web_address_is_not_followed(server, cloud, tmp_path, target):
    server.script(Reply(302, b"", {"Location": target}))
    with pytest.raises(RemoteError):
        cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert len(server.asked) == 1


def test_a_folder_that_cannot_be_written_is_a_local_trouble(server, cloud, tmp_path):
    server.script(Reply(200, DATA))
    with pytest.raises(LocalError):
        cloud.download(ATTACHMENT, tmp_path / "no" / "such" / "folder")


def test_an_html_attachment_is_a_file_like_any_other(server, cloud, tmp_path):
    page = Attachment(
        id="att9", page_id=PageId("7"), name="a.html", version=1, size=13, media_type="text/html"
    )
    server.script(Reply(200, "<html></html>"))
    cloud.download(page, tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text() == "<html></html>"


def test_an_attachment_of_no_bytes_downloads(server, cloud, tmp_path):
    server.script(Reply(200, b""))
    empty = Attachment(id="att9", page_id=PageId("7"), name="a", version=1, size=0)
    assert cloud.download(empty, tmp_path / "a") == hashlib.sha256(b"").hexdigest()


def test_an_attachment_that_a_listing_gives_no_length_to_is_taken_as_it_comes(server, cloud, tmp_path):
    unmeasured = Attachment(id="att9", page_id=PageId("7"), name="a.bin", version=1, size=0)
    server.script(Reply(200, DATA))
    assert cloud.download(unmeasured, tmp_path / "a.bin") == sha(DATA)


def test_a_web_page_is_not_taken_for_an_attachment_that_a_listing_gives_no_length_to(server, cloud, tmp_path):
    unmeasured = Attachment(id="att9", page_id=PageId("7"), name="a.bin", version=1, size=0)
    server.script(Reply(200, "<html><title>Log in</title></html>", {"Content-Type": "text/html"}))
    with pytest.raises(AuthError):
        cloud.download(unmeasured, tmp_path / "a.bin")


# ---- forms ------------------------------------------------------------------------------------------------------


def drained(form: FileForm, size: int) -> bytes:
    pieces = []
    while piece := form.read(size):
        assert len(piece) <= size
        pieces.append(piece)
    form.close()
    return b"".join(pieces)


names = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/\\"), min_size=1, max_size=60
)


@settings(max_examples=60)
@given(name=names, data=st.binary(max_size=5000), size=st.integers(1, 6000), notify=st.booleans())
def test_any_file_of_any_name_makes_a_form_that_reads_back(tmp_path_factory, name, data, size, notify):
    upload = upload_of(tmp_path_factory.mktemp("form") / "file", data, name=name, notify=notify)
    form = FileForm(upload)
    length, kind = len(form), form.content_type
    body = drained(form, size)
    assert len(body) == length
    fields, sent = parsed(body, kind)
    assert sent == data
    assert fields == {"comment": f"sha256:{upload.hash}", "minorEdit": "false" if notify else "true"}
    assert f'filename="{name.replace(chr(34), "%22")}"'.encode() in body


def parsed(body: bytes, kind: str) -> tuple[dict[str, str], bytes]:
    environ = {
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": kind,
        "REQUEST_METHOD": "POST",
    }
    stream, form, files = parse_form_data(environ)
    stream.close()
    with files["file"].stream as file:
        return dict(form), file.read()


def test_a_large_upload_and_its_download_are_never_held_in_memory(server, cloud, tmp_path):
    size = 48 << 20
    data = bytes(1 << 20)
    digest = hashlib.sha256()
    with (tmp_path / "big").open("wb") as file:
        for _ in range(size >> 20):
            file.write(data)
            digest.update(data)
    upload = upload_of(tmp_path / "small", b"x")
    form = FileForm(
        type(upload)(page_id=upload.page_id, name="big", source=tmp_path / "big", hash=digest.hexdigest())
    )
    tracemalloc.start()
    total = sum(len(piece) for piece in iter(lambda: form.read(16384), b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    form.close()
    assert total == len(form)
    assert peak < 2 << 20


def test_a_form_whose_file_cannot_be_read_says_which(tmp_path: Path):
    upload = upload_of(tmp_path / "a.png", b"x")
    upload.source.unlink()
    with pytest.raises(LocalError, match=r"a\.png"):
        FileForm(upload)


def test_a_file_that_went_since_it_was_looked_at_is_no_unreadable_one(server, cloud, tmp_path):
    upload = upload_of(tmp_path / "a.png", b"one")
    upload.source.unlink()
    with pytest.raises(ChangedUnderneath):
        cloud.upload(upload)
    assert server.asked == []


# ---- names ------------------------------------------------------------------------------------------------------

ODD_NAMES = [
    "..",
    ".",
    "a/../b",
    "x\\y",
    "nul\0",
    "tab\t",
    "line\nbreak",
    "%2e%2e",
    "?#;=&+",
    "é" * 255,
    "//",
]


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_a_file_of_any_name_is_fetched_under_that_name_and_not_under_a_tidied_one(tmp_path, flavor):
    with Sandbox(flavor=flavor, search_lag=0.0) as sandbox:
        user = sandbox.user if flavor == "cloud" else ""
        client = connect(sandbox.url, user, sandbox.token, flavor)
        page = sandbox.as_person.create("Page", "<p>x</p>", raw=True)
        for name in ODD_NAMES:
            file = sandbox.as_person.attach(page.id, "plain", name.encode())
            with sandbox.store.lock, sandbox.store.state.shelf.change():
                sandbox.store.state.attachments.put(file.id, replace(file, title=name))
        fetched = {}
        for file in client.attachments(PageId(page.id)):
            client.download(file, tmp_path / "file")
            fetched[file.name] = (tmp_path / "file").read_bytes().decode()
        client.close()
        assert fetched == {name: name for name in ODD_NAMES}
        assert sandbox.crashes == []


@pytest.mark.parametrize("place", ["/file/..", "/a/./b//c", "/signed/%7e%41?sig=%2f%2E"])
def test_a_redirect_is_followed_to_the_very_address_that_it_names(server, cloud, other_host, tmp_path, place):
    server.script(Reply(302, b"", {"Location": f"http://127.0.0.1:{other_host.server_port}{place}"}))
    lines = []
    other_host.answer = lambda asked: lines.append(asked.line) or Reply(200, DATA)
    cloud.download(ATTACHMENT, tmp_path / "a.bin")
    assert [line.lower() for line in lines] == [place.lower()]
