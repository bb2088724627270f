"""The token is written nowhere, whatever goes wrong, even by a server that repeats what it was sent."""

import base64
import logging

import pytest

from confsync.sandbox.faults import Fault, Trouble, When

STATUSES = (400, 401, 403, 404, 409, 410, 413, 429, 500, 503)
TROUBLES = [trouble for trouble in Trouble if trouble not in (Trouble.STATUS, Trouble.SLOW, Trouble.STALL)]


def spellings(project):
    pair = f"{project.sandbox.user}:{project.sandbox.token}".encode()
    return project.sandbox.token, base64.b64encode(pair).decode()


def written(project):
    """Return what a command leaves on the disk, and what it wrote into Confluence."""
    files = [path.read_bytes().decode("latin-1") for path in project.root.rglob("*") if path.is_file()]
    store = project.sandbox.store.state
    versions = [f"{v.message} {v.body}" for page in store.contents.values() for v in store.versions_of(page)]
    comments = [version.comment for file in store.attachments.values() for version in file.versions]
    return "\n".join([*files, *versions, *comments])


def early(method):
    """A run writes once, and reads some times before."""
    return 0 if method in ("PUT", "POST") else 2


def assert_secret(project, caplog, faults):
    """Let each kind of request meet the fault once, and look for the token in all that came of it."""
    caplog.set_level(logging.DEBUG)
    said = []
    for method, command in (
        ("PUT", "push"),
        ("POST", "push"),
        ("GET", "sync"),
        ("GET", "doctor"),
        ("*", "sync"),
    ):
        project.sandbox.faults.clear()
        for fault in faults:
            project.sandbox.faults.add(fault(method))
        project.write("notes.md", f"# Notes\n\nOne thing.\n\n{method} {command}\n\n![A](dot.svg)\n")
        project.write(f"{len(said)}.md", f"# New {len(said)}\n\ntext\n")
        done = project.run(command, "--json") if command != "doctor" else project.run(command)
        said.append(done.out + done.err)
    project.sandbox.faults.clear()
    everything = "\n".join([*said, caplog.text, written(project)])
    for secret in spellings(project):
        assert secret not in everything
    assert project.sandbox.faults.struck >= 5


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_that_repeats_the_token_does_not_get_it_written(synced, caplog, status):
    said = " ".join(("Bad login", *spellings(synced)))

    def refusing(html):
        return lambda method: Fault(
            trouble=Trouble.STATUS,
            status=status,
            message=said,
            html=html,
            method=method,
            skip=early(method),
            retry_after="0",
        )

    assert_secret(synced, caplog, [refusing(html=False), refusing(html=True)])


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_trouble_on_the_wire_gets_the_token_written(synced, caplog, trouble):
    said = " ".join(("Bad login", *spellings(synced)))

    def breaking(when):
        return lambda method: Fault(
            trouble=trouble, when=when, message=said, method=method, skip=early(method)
        )

    assert_secret(synced, caplog, [breaking(When.BEFORE), breaking(When.AFTER)])
