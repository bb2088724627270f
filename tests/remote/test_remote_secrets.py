"""The token goes to its own host and nowhere else: not along redirects, not into an error, a log or a repr."""

from __future__ import annotations

import base64
import logging
from urllib.parse import quote

import pytest
from remote_scripted import SPACE, TOKEN, USER, Reply, Reset, Silence, new_page, page_row, update_to

from confsync.errors import AuthError, ConfsyncError, RemoteError
from confsync.model import Attachment, PageId
from confsync.remote import connect
from confsync.remote.login import Credentials

PAIR = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
SPELLINGS = (TOKEN, PAIR, quote(TOKEN, safe=""), TOKEN[:12])
ATTACHMENT = Attachment(id="att9", page_id=PageId("7"), name="a.txt", version=2, size=3)


def echo(status, asked):
    said = " ".join([asked.headers.get("authorization", ""), TOKEN, PAIR])
    return Reply(status, {"message": said, "errors": [{"title": said}]}, {"X-Echo": said})


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 410, 429, 500, 503])
def test_a_server_that_echoes_the_token_does_not_get_it_into_errors_logs_or_outcomes(
    server, cloud, caplog, status
):
    caplog.set_level(logging.DEBUG)
    server.answer = lambda asked: echo(status, asked)
    said = [
        repr(cloud.update_page(update_to(2))),
        repr(cloud.create_page(new_page())),
        repr(cloud.trash_page(PageId("7"))),
        repr(cloud.add_labels(PageId("7"), ["a"])),
    ]
    for reading in (
        lambda: cloud.page(PageId("7")),
        lambda: cloud.pages(SPACE),
        cloud.site,
        lambda: cloud.space("DOC"),
    ):
        try:
            said.append(repr(reading()))
        except ConfsyncError as error:
            said.append(f"{error} {error.where} {error.hint} {error.unchanged} {error!r} {error.__cause__}")
    everything = "\n".join([*said, caplog.text])
    assert server.asked[0].headers["authorization"] == f"Basic {PAIR}", "it must have been sent, to be hidden"
    for spelling in SPELLINGS:
        assert spelling not in everything


@pytest.mark.parametrize(
    "fault", [Reset(), Silence(), Reply(200, page_row(1), cut=True)], ids=["reset", "silence", "cut"]
)
def test_a_broken_connection_does_not_tell_the_token(server, cloud, caplog, fault):
    caplog.set_level(logging.DEBUG)
    server.script(fault)
    outcome = repr(cloud.update_page(update_to(2)))
    with pytest.raises(RemoteError) as caught:
        cloud.page(PageId("7"))
    everything = (
        outcome + caplog.text + repr(caught.value) + caught.value.message + repr(caught.value.__cause__)
    )
    for spelling in SPELLINGS:
        assert spelling not in everything


def test_neither_client_nor_credentials_show_the_token(cloud):
    shown = repr(cloud) + repr(Credentials(USER, TOKEN)) + repr(vars(cloud)) + str(Credentials("", TOKEN))
    assert TOKEN not in shown
    assert PAIR not in shown


def test_a_download_is_redirected_without_the_credentials(server, other_host, cloud, tmp_path):
    media = f"http://127.0.0.1:{other_host.server_port}/file/secret?token=media"
    server.script(Reply(302, b"", {"Location": media}))
    other_host.script(Reply(200, b"abc"))
    cloud.download(ATTACHMENT, tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_bytes() == b"abc"
    assert server.asked[0].headers["authorization"] == f"Basic {PAIR}"
    assert "authorization" not in other_host.asked[0].headers
    assert "cookie" not in other_host.asked[0].headers


def test_a_redirect_to_another_port_of_the_same_host_gets_no_credentials(server, other_host, cloud, tmp_path):
    server.script(
        Reply(
            307,
            b"",
            {"Location": f"http://127.0.0.1:{other_host.server_port}/x", "Set-Cookie": "s=1; Path=/"},
        )
    )
    other_host.script(Reply(200, b"abc"))
    cloud.download(ATTACHMENT, tmp_path / "a.txt")
    assert set(other_host.asked[0].headers) & {"authorization", "cookie"} == set()


def test_the_api_never_follows_a_redirect(server, other_host, cloud):
    server.script(
        Reply(307, b"", {"Location": f"http://127.0.0.1:{other_host.server_port}/wiki/api/v2/pages/7"})
    )
    with pytest.raises(RemoteError):
        cloud.page(PageId("7"))
    cloud.update_page(update_to(2))
    assert other_host.asked == []


def test_a_next_link_to_another_host_sends_nothing_there(server, other_host, cloud):
    elsewhere = f"http://127.0.0.1:{other_host.server_port}/wiki/api/v2/spaces/65538/pages?cursor=a"
    server.script(
        Reply(200, {"results": [page_row(1)], "_links": {"next": elsewhere}}),
        Reply(200, {"results": [page_row(2)], "_links": {}}),
    )
    assert len(cloud.pages(SPACE)) == 2
    assert other_host.asked == []


def test_netrc_does_not_override_the_credentials(server, other_host, tmp_path, monkeypatch, clock):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.script(
        Reply(200, {"accountId": "a", "displayName": "A"}),
        Reply(302, b"", {"Location": f"http://127.0.0.1:{other_host.server_port}/x"}),
    )
    other_host.script(Reply(200, b"abc"))
    client = connect(server.url, "", TOKEN, clock=clock)
    client.download(ATTACHMENT, tmp_path / "a.txt")
    client.close()
    assert [asked.headers["authorization"] for asked in server.asked] == [f"Bearer {TOKEN}"] * 2
    assert "authorization" not in other_host.asked[0].headers


def test_a_login_page_instead_of_a_file_is_no_file(server, cloud, tmp_path):
    server.script(Reply(302, b"", {"Location": "/login.action?os_destination=%2Fdownload"}))
    with pytest.raises(AuthError):
        cloud.download(ATTACHMENT, tmp_path / "a.txt")
    server.script(Reply(200, "<html><title>Log in</title></html>"))
    with pytest.raises(AuthError):
        cloud.download(ATTACHMENT, tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_requests_do_not_look_like_a_browsers(server, cloud):
    server.script(Reply(404, {}))
    cloud.page(PageId("7"))
    headers = server.asked[0].headers
    assert headers["user-agent"].startswith("confsync/")
    assert headers["x-atlassian-token"] == "no-check"
    assert headers["content-type"] == "application/json"
    assert headers["accept"].startswith("application/json")
