"""confsync.toml: what is read, and how what is wrong with it is told."""

from pathlib import Path

import pytest

from confsync.config import find_root, load
from confsync.errors import ConfigError, ExitCode

SHORT = '[confluence]\nurl = "https://example.atlassian.net/wiki"\nspace = "DOCS"\n'


@pytest.fixture
def settings(tmp_path):
    def write(text, env=None, encoding="utf-8"):
        (tmp_path / "confsync.toml").write_bytes(text.encode(encoding))
        return load(tmp_path, env or {})

    return write


def complaint(settings, text, env=None):
    with pytest.raises(ConfigError) as caught:
        settings(text, env)
    assert caught.value.exit_code is ExitCode.USAGE
    assert caught.value.where.endswith("confsync.toml")
    return caught.value.message


def switches(found):
    return found.sync.write_ids, found.sync.notify, found.sync.wikilinks, found.git.commit


def test_three_lines_are_enough_and_the_rest_has_defaults(settings):
    found = settings(SHORT)
    assert (found.confluence.url, found.confluence.space) == ("https://example.atlassian.net/wiki", "DOCS")
    assert (found.root_page, found.confluence.flavor) == (None, "auto")
    assert (found.sync.interval, found.sync.max_deletes, found.sync.title_clash) == (30.0, 5, "parents")
    assert (found.sync.ignore, found.labels.all) == ((), ())
    assert switches(found) == (False,) * 4


def test_every_key_is_read(settings):
    found = settings(
        SHORT + 'root_page = "42"\nflavor = "datacenter"\n'
        '[sync]\nignore = ["drafts/**"]\ninterval = 2.5\nwrite_ids = true\nnotify = true\nmax_deletes = 0\n'
        'title_clash = "error"\nwikilinks = true\n[labels]\nall = ["Docs-as-Code", "docs-as-code"]\n[git]\ncommit = true\n'
    )
    assert (found.root_page, found.confluence.flavor) == ("42", "datacenter")
    assert (found.sync.ignore, found.sync.interval, found.sync.max_deletes) == (("drafts/**",), 2.5, 0)
    assert switches(found) == (True,) * 4
    assert found.labels.all == ("docs-as-code",)


def test_a_root_page_may_be_written_as_a_number(settings):
    assert settings(SHORT + "root_page = 9007199254740993\n").root_page == "9007199254740993"


@pytest.mark.parametrize(
    ("line", "place", "expected"),
    [
        ("[sync]\ninterval = 0", "Line 5: [sync] interval", "0.1 to 86400"),
        ("[sync]\ninterval = 1e9", "Line 5: [sync] interval", "0.1 to 86400"),
        ('[sync]\ninterval = "fast"', "Line 5: [sync] interval", "a number of seconds"),
        ("[sync]\nmax_deletes = -1", "Line 5: [sync] max_deletes", "a whole number"),
        ("[sync]\nmax_deletes = true", "Line 5: [sync] max_deletes", "a whole number"),
        ('[sync]\nignore = "drafts"', "Line 5: [sync] ignore", "a list of patterns"),
        ('[sync]\ntitle_clash = "hope"', "Line 5: [sync] title_clash", '"parents" or "error"'),
        ('flavor = "server"', "Line 4: [confluence] flavor", '"cloud"'),
        ('root_page = "home"', "Line 4: [confluence] root_page", "in digits"),
        ("root_page = true", "Line 4: [confluence] root_page", "in digits"),
        ('[labels]\nall = ["two words"]', "Line 5: [labels] all", "without blanks"),
        ("[git]\ncommit = 1", "Line 5: [git] commit", "true or false"),
    ],
)
def test_a_wrong_value_names_line_key_and_what_was_expected(settings, line, place, expected):
    message = complaint(settings, SHORT + line + "\n")
    assert message.startswith(place)
    assert expected in message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[confluence]\nspace = "A"\n', "Line 1: [confluence] url is missing"),
        ('[confluence]\nurl = "https://a.example"\n', "Line 1: [confluence] space is missing"),
        ("", "[confluence] url is missing"),
        ("sync = 3\n" + SHORT, "Line 1: [sync] has a wrong value: expected a table"),
    ],
)
def test_what_is_missing_is_named(settings, text, place):
    assert complaint(settings, text).startswith(place)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        (SHORT + "[sync]\nintervall = 3\n", "did you mean 'interval'?"),
        (SHORT + "[snyc]\ninterval = 3\n", "did you mean 'sync'?"),
        (SHORT + "[git]\nzzz = 3\n", "expected one of commit"),
    ],
)
def test_an_unknown_key_is_refused_with_a_guess(settings, text, guess):
    message = complaint(settings, text)
    assert message.startswith("Line ")
    assert guess in message


@pytest.mark.parametrize("text", ["[confluence\n", "url = \n", 'url = "a', "a = 1\na = 2\n", "\0"])
def test_broken_toml_names_the_line(settings, text):
    assert "line " in complaint(settings, text)


def test_a_file_in_another_encoding_names_the_line(tmp_path):
    (tmp_path / "confsync.toml").write_bytes(SHORT.encode() + b"# \xe4\n")
    with pytest.raises(ConfigError, match="Line 4 is not UTF-8"):
        load(tmp_path, {})


def test_a_byte_order_mark_is_no_trouble(settings):
    assert settings("\ufeff" + SHORT).confluence.space == "DOCS"


def test_a_file_of_a_megabyte_is_refused_unread(settings):
    assert "1 MiB" in complaint(settings, SHORT + "#" * (1 << 20))


@pytest.mark.parametrize(
    "url", ["example", "ftp://example.org", "https://", "https://ho st/", "https://h:x/", "//h"]
)
def test_what_is_no_address_is_refused(settings, url):
    assert "expected the address" in complaint(
        settings, SHORT.replace("https://example.atlassian.net/wiki", url)
    )


def test_an_address_with_a_password_is_refused_without_repeating_it(settings):
    url = "https://ann:hush-hush@example.org/wiki"
    message = complaint(settings, SHORT.replace("https://example.atlassian.net/wiki", url))
    assert "must not contain" in message
    assert "hush" not in message


@pytest.mark.parametrize("key", ["token", "user", "password", "API_TOKEN"])
@pytest.mark.parametrize("table", ["", "[confluence]"])
def test_a_credential_in_the_file_is_ignored_with_a_warning_that_does_not_repeat_it(settings, key, table):
    line = f'{key} = "hush-hush"\n'
    found = settings(SHORT + line if table else line + SHORT)
    assert len(found.warnings) == 1
    assert "is ignored" in found.warnings[0]
    assert key in found.warnings[0]
    assert "hush" not in found.warnings[0]


def test_the_address_of_the_environment_stands_above_the_file(settings):
    env = {"CONFLUENCE_URL": " http://localhost:8090/wiki/ "}
    assert settings(SHORT, env).confluence.url == "http://localhost:8090/wiki"
    assert settings('[confluence]\nspace = "A"\n', env).confluence.url == "http://localhost:8090/wiki"


def test_a_wrong_address_of_the_environment_is_said_to_come_from_there(settings):
    assert complaint(settings, SHORT, {"CONFLUENCE_URL": "nowhere"}).startswith("CONFLUENCE_URL: ")


def test_the_root_is_the_nearest_folder_that_has_settings(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "confsync.toml").touch()
    assert find_root(tmp_path / "a" / "b") == tmp_path
    (tmp_path / "a" / "confsync.toml").touch()
    assert find_root(tmp_path / "a" / "b") == tmp_path / "a"


def test_a_folder_called_like_the_settings_is_none(tmp_path):
    (tmp_path / "a" / "confsync.toml").mkdir(parents=True)
    (tmp_path / "confsync.toml").touch()
    assert find_root(tmp_path / "a") == tmp_path


def test_no_settings_anywhere_is_said_with_what_to_do():
    with pytest.raises(ConfigError, match=r"no confsync\.toml") as caught:
        find_root(Path("/"))
    assert "confsync init" in caught.value.hint
