"""What bodies say, as hashes that are remembered: never a wrong one, and never more of them than were asked for."""

from concurrent.futures import ThreadPoolExecutor

from confsync.markup import normal_storage
from confsync.model import sha
from confsync.sync.normal_hashes import NormalHashes, body_hash, same_body


def test_bodies_that_differ_in_spelling_alone_are_the_same() -> None:
    one = '<p local-id="1">a &amp; b</p>'
    assert same_body(one, "<p>a &#38; b</p>")
    assert not same_body(one, "<p>a &amp; c</p>")
    assert body_hash(one) == body_hash("<p>a &#38; b</p>") == sha(normal_storage(one))


def test_a_memory_of_two_answers_right_about_three_however_many_ask() -> None:
    bodies = [f"<p>body {n % 3}</p>" for n in range(300)]
    hashes = NormalHashes(2)
    with ThreadPoolExecutor(8) as several:
        found = list(several.map(hashes.of, bodies))
    assert found == [sha(normal_storage(body)) for body in bodies]
    assert len(hashes._held) <= 2
