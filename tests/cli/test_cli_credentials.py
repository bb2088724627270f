"""Where a login comes from, and that it shows nowhere."""

import subprocess
import sys
import traceback

import pytest

from confsync.credentials import Credentials, find, lookup
from confsync.errors import ConfigError, ExitCode

URL = "https://example.atlassian.net/wiki"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


def test_user_and_token_come_from_the_environment_without_the_line_break_of_a_secret_store():
    found = find(URL, {"CONFLUENCE_USER": "ann@example.com", "CONFLUENCE_TOKEN": "t0ken\n"})
    assert (found.user, found.token) == ("ann@example.com", "t0ken")


def test_a_token_alone_is_a_bearer_token():
    assert find(URL, {"CONFLUENCE_TOKEN": "t0ken"}).user is None


@pytest.mark.parametrize("env", [{}, {"CONFLUENCE_TOKEN": " "}, {"CONFLUENCE_USER": "ann@example.com"}])
def test_missing_credentials_are_a_matter_of_settings_and_say_what_to_set(env):
    assert lookup(URL, env) is None
    with pytest.raises(ConfigError) as caught:
        find(URL, env)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "CONFLUENCE_TOKEN" in caught.value.hint


def test_a_user_without_a_token_is_told_which_of_the_two_is_missing():
    with pytest.raises(ConfigError, match="CONFLUENCE_USER is set, CONFLUENCE_TOKEN is not"):
        find(URL, {"CONFLUENCE_USER": "ann@example.com"})


@pytest.mark.parametrize("token", ["one\ntwo", "t\u00f6ken", "a\x00b"])
def test_a_token_that_no_header_can_carry_is_refused_unrepeated(token):
    with pytest.raises(ConfigError) as caught:
        find(URL, {"CONFLUENCE_TOKEN": token})
    assert token not in caught.value.message + caught.value.hint


def test_a_login_does_not_show_itself():
    login = Credentials("ann@example.com", "hush-hush")
    told = "".join(traceback.format_exception(ValueError(login)))
    assert "hush" not in told + repr(login) + str(login)


KEYRING = """
import keyring, keyring.backend, keyring.errors
from confsync.credentials import Credentials, lookup, store

class Drawer(keyring.backend.KeyringBackend):
    priority = 1
    kept = {}
    def get_password(self, service, name):
        return self.kept.get((service, name))
    def set_password(self, service, name, secret):
        self.kept[service, name] = secret
    def delete_password(self, service, name):
        raise keyring.errors.PasswordDeleteError

class Stuck(Drawer):
    def get_password(self, service, name):
        raise keyring.errors.KeyringLocked("locked")
    def set_password(self, service, name, secret):
        raise keyring.errors.PasswordSetError("no")

url = "https://example.atlassian.net/wiki"
login = Credentials("ann@example.com", "t0:ken", "keyring")
keyring.set_keyring(Drawer())
assert lookup(url, {}) is None
assert store(url, login)
assert lookup(url, {}) == login
assert lookup("https://other.example", {}) is None
assert lookup(url, {"CONFLUENCE_TOKEN": "mine"}).token == "mine"
assert store(url, Credentials(None, "bare"))
assert lookup(url, {"CONFLUENCE_USER": "bob"}) == Credentials("bob", "bare", "keyring")
keyring.set_keyring(Stuck())
assert lookup(url, {}) is None
assert not store(url, login)
"""


def test_the_keyring_keeps_a_login_per_address_and_its_troubles_are_not_ours():
    # A process of its own: the keyring's choice of backend is global.
    done = subprocess.run([sys.executable, "-c", KEYRING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
