"""What a service manager hears of `watch`, and what is left in place for one in docs/."""

import os
import signal
import socket
import sys
import time

import pytest

from confsync.cli.service import Service

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="there are no Unix sockets")


@pytest.fixture
def manager(tmp_path):
    """A service manager's socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.bind(str(tmp_path / "notify"))
        one.settimeout(20)
        yield one


def environment(manager, **more):
    return {"NOTIFY_SOCKET": manager.getsockname(), **more}


def until(manager, line):
    """Return all lines that come, up to this one."""
    heard = []
    while line not in heard:
        heard += manager.recv(4096).decode().split("\n")
    return heard


def test_readiness_and_states_are_told_and_children_do_not_inherit_the_socket(manager):
    env = environment(manager)
    with Service(env) as service:
        service.ready("watching")
        service.says("two\nlines")
        service.stopping()
    assert until(manager, "STOPPING=1") == ["READY=1", "STATUS=watching", "STATUS=two lines", "STOPPING=1"]
    assert env == {}


def test_the_watchdog_hears_of_us_as_long_as_there_are_signs_of_work(manager):
    with Service(environment(manager, WATCHDOG_USEC="40000"), stuck=1000.0):
        assert until(manager, "WATCHDOG=1")
        assert until(manager, "WATCHDOG=1")


def test_who_is_stuck_is_not_said_to_live(manager):
    with Service(environment(manager, WATCHDOG_USEC="20000"), stuck=0.0) as service:
        manager.settimeout(0.3)
        with pytest.raises(TimeoutError):
            manager.recv(100)
        service.ready("x")
        assert "WATCHDOG=1" not in until(manager, "READY=1")


def test_a_watchdog_that_waits_for_another_process_gets_nothing(manager):
    with Service(environment(manager, WATCHDOG_USEC="20000", WATCHDOG_PID="1")):
        manager.settimeout(0.2)
        with pytest.raises(TimeoutError):
            manager.recv(100)


@pytest.mark.parametrize("env", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}, {"WATCHDOG_USEC": "many"}])
def test_without_a_manager_nothing_happens(env):
    with Service(env) as service:
        service.ready("x")
        service.alive()
        service.stopping()
    assert "NOTIFY_SOCKET" not in env


@pytest.mark.skipif(sys.platform != "linux", reason="a name without a file")
def test_an_abstract_socket_is_reached():
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
        Service({"NOTIFY_SOCKET": f"@confsync-test-{os.getpid()}"}) as service,
    ):
        manager.bind(f"\0confsync-test-{os.getpid()}")
        manager.settimeout(5)
        service.ready("x")
        assert manager.recv(100) == b"READY=1\nSTATUS=x"


def test_watch_tells_its_manager_when_it_is_ready_reloads_and_ends(synced, started, manager):
    watch = started("watch", "-C", synced.root, env=environment(manager, WATCHDOG_USEC="500000"))
    assert "READY=1" in until(manager, "WATCHDOG=1") + until(manager, "WATCHDOG=1")
    watch.send(signal.SIGHUP)
    assert "READY=1" in until(manager, "RELOADING=1") + until(manager, "READY=1")
    began = time.monotonic()
    watch.send(signal.SIGTERM)
    assert until(manager, "STOPPING=1")
    assert time.monotonic() - began < 5
