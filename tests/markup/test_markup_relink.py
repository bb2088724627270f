"""Links stay true when files move, and nothing else in a file changes."""

from __future__ import annotations

from confsync.markup.file.relink import rewrite_links
from confsync.model import DocPath

P = DocPath


def test_a_moved_document_keeps_its_links_and_all_other_bytes():
    text = 'See [b](b.md#x "t"), ![i](<img/a b.png>), [web](https://x.y/b.md), [top](/b.md)\n\n[r]: b.md\n[s][r]\n'
    moved = rewrite_links(text, P("a.md"), P("deep/er/a.md"), {P("a.md"): P("deep/er/a.md")})
    assert moved == text.replace("](b.md#x", "](../../b.md#x").replace(
        "<img/a b.png>", "<../../img/a%20b.png>"
    ).replace("]: b.md", "]: ../../b.md")


def test_a_document_that_points_to_a_moved_one_follows_it():
    text = "[one](x/one.md) and [two](x/two.md)\n"
    assert rewrite_links(text, P("a.md"), P("a.md"), {P("x/one.md"): P("y/one.md")}) == (
        "[one](y/one.md) and [two](x/two.md)\n"
    )


def test_code_and_text_that_look_like_links_stay():
    text = "[one](one.md)\n\n```\n[one](one.md)\n```\n"
    assert rewrite_links(text, P("a.md"), P("a.md"), {P("one.md"): P("y/one.md")}) == (
        "[one](y/one.md)\n\n```\n[one](one.md)\n```\n"
    )
    inline = "[one](one.md) and `[one](one.md)`\n"
    assert rewrite_links(inline, P("a.md"), P("a.md"), {P("one.md"): P("y/one.md")}) == inline


def test_links_and_images_of_html_follow_too():
    text = '<table>\n<tr><td><a href="x/one.md#s">1</a><img src=\'x/a.png\' /></td></tr>\n</table>\n\nb <img src="x/a&amp;b.png">\n'
    moves = {P("x/one.md"): P("y/one.md"), P("x/a.png"): P("y/a.png"), P("x/a&b.png"): P("y/a&b.png")}
    assert rewrite_links(text, P("a.md"), P("a.md"), moves) == text.replace("x/", "y/")


def test_files_that_move_together_keep_their_links():
    moves = {P("x/a.md"): P("y/a.md"), P("x/b.md"): P("y/b.md")}
    assert rewrite_links("[b](b.md)\n", P("x/a.md"), P("y/a.md"), moves) == "[b](b.md)\n"
