from __future__ import annotations

import pytest
from remote_scripted import TOKEN, USER, Reply, page_row

from confsync.errors import AuthError, ConfigError, NotFound, Unreachable
from confsync.model import Flavor, PageId
from confsync.remote import connect
from confsync.remote.address import api_path, clean, flavor_of, for_people
from confsync.remote.cloud import Cloud

SITE = "https://example.atlassian.net/wiki"


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("https://example.atlassian.net", SITE),
        ("https://Example.Atlassian.NET/", SITE),
        ("example.atlassian.net/wiki/", SITE),
        ("  https://example.atlassian.net/wiki/spaces/DOC/pages/98765/Install?x=1#top ", SITE),
        ("https://example.atlassian.net/wiki/rest/api", SITE),
        ("https://example.atlassian.net/wiki/api/v2/pages", SITE),
        ("https://example.atlassian.net/l/cp/abc", SITE),
        (
            "https://api.atlassian.com/ex/confluence/11-22",
            "https://api.atlassian.com/ex/confluence/11-22/wiki",
        ),
        (
            "https://api.atlassian.com/ex/confluence/11-22/wiki/rest/api/x",
            "https://api.atlassian.com/ex/confluence/11-22/wiki",
        ),
        ("http://host:8090/confluence/", "http://host:8090/confluence"),
        ("http://host:8090/confluence/display/DOC/Title", "http://host:8090/confluence"),
        ("http://host:8090/confluence/pages/viewpage.action?pageId=1", "http://host:8090/confluence"),
        ("http://host:8090/ctx/login.action?os_destination=x", "http://host:8090/ctx"),
        ("http://host:8090", "http://host:8090"),
        ("http://host:8090//wiki//", "http://host:8090/wiki"),
        ("http://[::1]:8090/wiki", "http://[::1]:8090/wiki"),
        ("http://127.0.0.1:8090/wiki/x/zYEB", "http://127.0.0.1:8090/wiki"),
    ],
)
def test_an_address_is_cleaned_of_what_people_copy_along(typed, base):
    assert clean(typed) == base
    assert clean(base) == base


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "https://",
        "ftp://host/wiki",
        "file:///etc/passwd",
        "http://host:99999",
        "https://a b/wiki",
        "https://a\\@b",
    ],
)
def test_what_is_no_address_is_a_settings_error(typed):
    with pytest.raises(ConfigError):
        clean(typed)


def test_an_address_with_a_password_is_refused_and_not_repeated():
    with pytest.raises(ConfigError) as caught:
        clean("https://ann:geheim@example.atlassian.net/wiki")
    assert "geheim" not in str(vars(caught.value))


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("/wiki/api/v2/pages?cursor=a%3D&limit=2", "/api/v2/pages?cursor=a%3D&limit=2"),
        ("https://other.example/wiki/api/v2/pages?cursor=a", "/api/v2/pages?cursor=a"),
        ("/rest/api/content?start=25", "/rest/api/content?start=25"),
        (
            "/ctx/rest/api/content/scan?cursor=content:false:1",
            "/rest/api/content/scan?cursor=content:false:1",
        ),
        ("/rest/experimental/content/1/version?start=2", "/rest/experimental/content/1/version?start=2"),
        ("https://evil.example/steal", None),
        ("", None),
    ],
)
def test_of_a_next_link_only_the_path_within_the_api_counts(link, path):
    assert api_path(link) == path


def test_cloud_is_known_by_its_hosts_and_nothing_else():
    assert flavor_of(SITE) is Flavor.CLOUD
    assert flavor_of("https://api.atlassian.com/ex/confluence/1/wiki") is Flavor.CLOUD
    assert flavor_of("https://wiki.example.com/wiki") is None
    assert flavor_of("https://example.atlassian.net.evil.example/wiki") is None


def test_auto_asks_once_and_the_answer_serves_as_the_first_site(server, clock):
    server.script(Reply(200, {"type": "known", "accountId": "5b10", "displayName": "Ann", "publicName": "A"}))
    client = connect(server.url, USER, TOKEN, clock=clock)
    assert isinstance(client, Cloud)
    site = client.site()
    assert (site.user_id, site.user_name, site.base_url, site.flavor) == (
        "5b10",
        "Ann",
        server.url,
        Flavor.CLOUD,
    )
    assert len(server.asked) == 1
    client.site()
    assert len(server.asked) == 2
    client.close()


@pytest.mark.parametrize("user", [{"type": "anonymous", "displayName": "Anonymous"}, {}, {"type": "known"}])
def test_an_anonymous_visitor_is_nobody(server, clock, user):
    server.script(Reply(200, user))
    with pytest.raises(AuthError):
        connect(server.url, USER, TOKEN, clock=clock)


def test_an_address_without_a_confluence_says_what_to_check(server, clock):
    server.script(Reply(404, "<html>nothing here</html>"))
    with pytest.raises(NotFound) as caught:
        connect(server.url, USER, TOKEN, clock=clock)
    assert "/wiki" in caught.value.hint


def test_a_host_that_does_not_exist_is_unreachable(clock):
    with pytest.raises(Unreachable, match="host name is not known"):
        connect("http://no-such-host.invalid/wiki", USER, TOKEN, clock=clock)


@pytest.mark.parametrize(
    ("flavor", "token"), [("server", TOKEN), ("", TOKEN), ("cloud", ""), ("cloud", "  ")]
)
def test_settings_that_cannot_be_right_are_refused_before_anything_is_sent(server, flavor, token):
    with pytest.raises(ConfigError):
        connect(server.url, USER, token, flavor)
    assert server.asked == []


@pytest.mark.parametrize("token", ["two words", "line\nend", "schlüssel"])
def test_a_bearer_token_with_odd_characters_is_refused_and_not_repeated(server, token):
    with pytest.raises(ConfigError) as caught:
        connect(server.url, "", token, "cloud")
    assert token not in str(vars(caught.value))


def test_the_gateway_is_no_address_for_people(server, cloud):
    assert for_people(SITE) == SITE
    assert for_people("https://api.atlassian.com/ex/confluence/1/wiki") == ""
    links = {"webui": "/spaces/DOC/pages/7", "base": "https://example.atlassian.net/wiki"}
    server.script(Reply(200, page_row(7, labels={"results": []}, _links=links)))
    assert cloud.page(PageId("7")).url == f"{SITE}/spaces/DOC/pages/7"
