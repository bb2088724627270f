"""Below JSON: TLS is verified, proxies and compression are as the environment and the server have them."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from remote_scripted import TOKEN, USER, Reply, Scripted, StillClock, page_row, update_to

from confsync.errors import ConfigError, RemoteError, Unreachable
from confsync.model import Attachment, PageId
from confsync.outcome import Unknown
from confsync.remote import connect
from confsync.remote.patience import Limits

PAGE = page_row(7, labels={"results": []})


def test_a_compressed_answer_is_read(server, cloud):
    server.script(Reply(200, gzip.compress(json.dumps(PAGE).encode()), {"Content-Encoding": "gzip"}))
    assert cloud.page(PageId("7")).id == "7"


def test_an_answer_that_only_claims_to_be_compressed_is_tried_again(server, cloud):
    server.script(Reply(200, b"not gzip at all", {"Content-Encoding": "gzip"}), Reply(200, PAGE))
    assert cloud.page(PageId("7")).id == "7"
    assert len(server.asked) == 2


class RushingClock(StillClock):
    """A clock on which each look takes a minute."""

    def monotonic(self) -> float:
        self._now += 60
        return self._now


def test_an_answer_that_does_not_end_in_time_is_given_up(server):
    server.script(Reply(200, PAGE))
    client = connect(server.url, USER, TOKEN, "cloud", clock=RushingClock(), limits=Limits(whole=30.0))
    with pytest.raises(Unreachable, match="broke off"):
        client.page(PageId("7"))
    assert isinstance(client.update_page(update_to(2)), Unknown)
    client.close()


def test_one_connection_serves_many_requests(server, cloud):
    ports = set()
    handle = server.process_request
    server.process_request = lambda request, address: (ports.add(address[1]), handle(request, address))
    server.script(Reply(200, PAGE))
    for _ in range(10):
        cloud.page(PageId("7"))
    assert len(ports) == 1


def test_a_proxy_from_the_environment_is_used(server, clock, monkeypatch):
    for name in ("NO_PROXY", "no_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.server_port}")
    server.script(Reply(200, PAGE))
    client = connect("http://wiki.invalid/wiki", USER, TOKEN, "cloud", clock=clock)
    assert client.page(PageId("7")).id == "7"
    assert server.asked[0].headers["host"] == "wiki.invalid"
    client.close()


def test_a_proxy_that_wants_a_login_is_named(server, clock, cloud):
    server.script(Reply(407, b""))
    with pytest.raises(Unreachable, match="proxy"):
        cloud.page(PageId("7"))


# ---- TLS --------------------------------------------------------------------------------------------------------


def self_signed(folder: Path, *, valid: tuple[int, int] = (-1, 1), address: str = "127.0.0.1") -> Path:
    """Make a certificate that nobody vouches for, with its key. `valid`: from and to, in days from now."""
    x509 = pytest.importorskip("cryptography.x509", reason="makes the certificate")
    hashes = pytest.importorskip("cryptography.hazmat.primitives.hashes")
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=valid[0]))
        .not_valid_after(now + timedelta(days=valid[1]))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    folder.mkdir(exist_ok=True)
    path = folder / "server.pem"
    path.write_bytes(made.public_bytes(pem) + private)
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


@contextmanager
def tls_serving(certificate: Path, mode: ssl.VerifyMode) -> Iterator[Scripted]:
    """Serve TLS; `mode` says whether clients have to show a certificate."""
    server = Scripted()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.load_verify_locations(certificate)
    context.verify_mode = mode
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tls_server(request, certificate: Path) -> Iterator[Scripted]:
    """A server that speaks TLS, and wants to see its clients' certificates when a test says so."""
    with tls_serving(certificate, getattr(request, "param", ssl.CERT_NONE)) as server:
        yield server


def client_of(server: Scripted, clock: Any) -> Any:
    return connect(f"https://127.0.0.1:{server.server_port}/wiki", USER, TOKEN, "cloud", clock=clock)


@pytest.fixture
def tls_client(tls_server, clock, certificate, monkeypatch) -> Iterator[Any]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    client = client_of(tls_server, clock)
    yield client
    client.close()


def test_a_certificate_that_nobody_vouches_for_ends_it_before_anything_is_sent(tls_server, clock):
    tls_server.script(Reply(200, PAGE))
    client = client_of(tls_server, clock)
    with pytest.raises(Unreachable, match="certificate"):
        client.page(PageId("7"))
    assert isinstance(client.update_page(update_to(2)), Unknown)
    client.close()
    assert tls_server.asked == []
    assert clock.slept == [], "waiting does not make a certificate better"


def test_an_own_authority_is_taken_from_the_environment(tls_server, tls_client):
    tls_server.script(Reply(200, PAGE))
    assert tls_client.page(PageId("7")).id == "7"


def refused(client) -> str:
    with pytest.raises(Unreachable) as raised:
        client.page(PageId("7"))
    client.close()
    return raised.value.message


def test_a_connection_without_tls_is_told_from_a_certificate_that_is_not_trusted(server, tls_server, clock):
    assert "not trusted" in refused(client_of(tls_server, clock))
    assert "does not speak TLS" in refused(client_of(server, clock))


WRONG = {
    "has expired": {"valid": (-9, -1)},
    "not valid yet": {"valid": (1, 9)},
    "for another": {"address": "127.0.0.9"},
}


@pytest.mark.parametrize(("said", "made"), WRONG.items(), ids=WRONG)
def test_what_is_wrong_with_a_certificate_is_said(tmp_path, clock, monkeypatch, said, made):
    path = self_signed(tmp_path, **made)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    with tls_serving(path, ssl.CERT_NONE) as server:
        assert said in refused(client_of(server, clock))


def test_a_bundle_without_a_certificate_is_named(tls_server, clock, tmp_path, monkeypatch):
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("none")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    assert "REQUESTS_CA_BUNDLE" in refused(client_of(tls_server, clock))


@pytest.mark.parametrize("tls_server", [ssl.CERT_REQUIRED], indirect=True)
def test_a_client_certificate_with_another_key_is_named(
    tls_server, clock, certificate, tmp_path, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    monkeypatch.setenv("CONFLUENCE_CLIENT_CERT", str(certificate))
    monkeypatch.setenv("CONFLUENCE_CLIENT_KEY", str(self_signed(tmp_path / "other")))
    assert "CONFLUENCE_CLIENT_KEY" in refused(client_of(tls_server, clock))


@pytest.mark.parametrize("tls_server", [ssl.CERT_REQUIRED], indirect=True)
def test_a_client_certificate_is_taken_from_the_environment(tls_server, clock, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    tls_server.script(Reply(200, PAGE))
    without = client_of(tls_server, clock)
    with pytest.raises(Unreachable):
        without.page(PageId("7"))
    without.close()
    assert tls_server.asked == []
    monkeypatch.setenv("CONFLUENCE_CLIENT_CERT", str(certificate))
    for key in ("", str(certificate)):
        monkeypatch.setenv("CONFLUENCE_CLIENT_KEY", key)
        client = client_of(tls_server, clock)
        assert client.page(PageId("7")).id == "7"
        client.close()


def test_a_download_is_never_led_from_tls_to_plain_text(tls_server, tls_client, server, tmp_path):
    tls_server.script(Reply(302, b"", {"Location": f"http://127.0.0.1:{server.server_port}/file"}))
    file = Attachment(id="att1", page_id=PageId("7"), name="a", version=1, size=1)
    with pytest.raises(RemoteError):
        tls_client.download(file, tmp_path / "a")
    assert len(tls_server.asked) == 1
    assert server.asked == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CONFLUENCE_CLIENT_CERT", "CONFLUENCE_CLIENT_KEY"])
def test_a_certificate_that_is_not_there_is_a_settings_error(clock, monkeypatch, tmp_path, name):
    monkeypatch.setenv(name, str(tmp_path / "missing.pem"))
    with pytest.raises(ConfigError, match=name):
        connect("https://127.0.0.1:1/wiki", USER, TOKEN, "cloud", clock=clock)


def test_a_bundle_that_is_no_bundle_is_a_clear_error(clock, monkeypatch, tmp_path):
    (tmp_path / "broken.pem").write_text("hello")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "broken.pem"))
    client = connect("https://127.0.0.1:1/wiki", USER, TOKEN, "cloud", clock=clock)
    with pytest.raises(Unreachable):
        client.page(PageId("7"))
    assert isinstance(client.update_page(update_to(2)), Unknown)
    client.close()
