"""Generated pages as a server keeps them: every construct, nested, with ids, comments and hints; and edits of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from hypothesis import strategies as st

WORD = st.sampled_from(
    [
        "fox",
        "brown",
        "42",
        "naïve",
        "한국어",
        "snake_case",
        "2*3",
        "a[0]",
        "C:\\x",
        "&amp;",
        "&lt;b&gt;",
        "_",
        "::",
    ]
)
BLANK = st.sampled_from([" ", " ", " ", "&nbsp;", "\n", "  ", "<br />"])
SAY = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"])


@dataclass
class Ids:
    """Numbers for what Confluence would number."""

    count: itertools.count[int]

    def local(self) -> str:
        return f' local-id="id{next(self.count)}"'

    def macro(self) -> str:
        return f' ac:schema-version="1" ac:macro-id="id{next(self.count)}"'

    def comment(self, text: str) -> str:
        return f'<ac:inline-comment-marker ac:ref="id{next(self.count)}">{text}</ac:inline-comment-marker>'


@st.composite
def words(draw: st.DrawFn, ids: Ids) -> str:
    out = [draw(SAY)]
    for _ in range(draw(st.integers(0, 5))):
        text = draw(st.one_of(WORD, SAY, SAY))
        match draw(st.integers(0, 13)):
            case 0:
                text = f"<strong>{text}</strong>"
            case 1:
                text = f"<em>{text} <strong>{draw(SAY)}</strong></em>"
            case 2:
                text = ids.comment(text)
            case 3:
                text = f'<a href="https://x.example/{next(ids.count)}">{text}</a>'
            case 4:
                text = f"<code>{text}</code>"
            case 5:
                text = f'<span style="color: rgb(1,2,3);">{text} {ids.comment(draw(SAY))}</span>'
            case 6:
                text = (
                    f'<ac:structured-macro ac:name="status"{ids.macro()}><ac:parameter ac:name="title">{draw(SAY)}</ac:parameter>'
                    '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro>'
                )
            case 7:
                text = f'<ac:link ac:local-id="id{next(ids.count)}"><ri:page ri:content-title="T" /><ac:link-body>{text}</ac:link-body></ac:link>'
            case 8:
                text = f'<time datetime="2020-01-0{draw(st.integers(1, 9))}"{ids.local()} />'
            case _:
                pass
        out += [draw(BLANK), text]
    return "".join(out)


@st.composite
def block(draw: st.DrawFn, ids: Ids, depth: int = 0) -> str:
    kind = draw(st.integers(0, 6 if depth > 2 else 15))
    return draw(leaf(ids, kind)) if kind <= 6 else draw(container(ids, depth, kind))


@st.composite
def leaf(draw: st.DrawFn, ids: Ids, kind: int) -> str:
    text = words(ids)
    match kind:
        case 0 | 1 | 2 | 3:
            return f"<p{ids.local()}>{draw(text)}</p>"
        case 4:
            level = draw(st.integers(1, 6))
            return f"<h{level}{ids.local()}>{draw(SAY)} {draw(SAY)}</h{level}>"
        case 5:
            return (
                f'<ac:structured-macro ac:name="code"{ids.macro()}><ac:parameter ac:name="language">python</ac:parameter>'
                f"<ac:plain-text-body><![CDATA[x = {draw(SAY)}\n\ny = {draw(SAY)}]]></ac:plain-text-body></ac:structured-macro>"
            )
        case _:
            return draw(
                st.sampled_from(
                    [
                        "<hr />",
                        "<p />",
                        f'<ac:structured-macro ac:name="jirachart"{ids.macro()}><ac:parameter ac:name="jql">a = b</ac:parameter></ac:structured-macro>',
                        f'<ac:image ac:layout="center" ac:local-id="id{next(ids.count)}"><ri:attachment ri:filename="a.png" /></ac:image>',
                    ]
                )
            )


@st.composite
def container(draw: st.DrawFn, ids: Ids, depth: int, kind: int) -> str:
    text = words(ids)
    match kind:
        case 7 | 8:
            tag = draw(st.sampled_from(["ul", "ol"]))
            items = [draw(item(ids, depth)) for _ in range(draw(st.integers(1, 3)))]
            return f"<{tag}{ids.local()}>{''.join(items)}</{tag}>"
        case 9:
            tasks = [
                f"<ac:task><ac:task-id>{next(ids.count)}</ac:task-id><ac:task-status>{draw(st.sampled_from(['complete', 'incomplete']))}"
                f"</ac:task-status><ac:task-body>{draw(text)}</ac:task-body></ac:task>"
                for _ in range(draw(st.integers(1, 3)))
            ]
            return f"<ac:task-list>{''.join(tasks)}</ac:task-list>"
        case 10:
            return f"<blockquote{ids.local()}>{draw(blocks(ids, depth + 1))}</blockquote>"
        case 11:
            name = draw(st.sampled_from(["info", "tip", "note", "warning", "expand", "excerpt"]))
            title = (
                draw(st.sampled_from(["", '<ac:parameter ac:name="title">Some title</ac:parameter>']))
                if name != "excerpt"
                else ""
            )
            inner = draw(blocks(ids, depth + 1))
            return f'<ac:structured-macro ac:name="{name}"{ids.macro()}>{title}<ac:rich-text-body>{inner}</ac:rich-text-body></ac:structured-macro>'
        case 12:
            cells = "".join(
                f"<ac:layout-cell>{draw(blocks(ids, depth + 1))}</ac:layout-cell>" for _ in range(2)
            )
            return (
                f'<ac:layout><ac:layout-section ac:type="two_equal">{cells}</ac:layout-section></ac:layout>'
                if not depth
                else f"<p>{draw(text)}</p>"
            )
        case _:
            return draw(table(ids, depth, plain=kind != 15))


@st.composite
def item(draw: st.DrawFn, ids: Ids, depth: int) -> str:
    if draw(st.booleans()):
        return f"<li{ids.local()}>{draw(words(ids))}</li>"
    more = draw(blocks(ids, depth + 1)) if draw(st.integers(0, 3)) == 0 else ""
    return f"<li><p{ids.local()}>{draw(words(ids))}</p>{more}</li>"


@st.composite
def table(draw: st.DrawFn, ids: Ids, depth: int, *, plain: bool) -> str:
    width, height = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rows = []
    for n in range(height):
        tag = "th" if n == 0 else "td"
        cells = [
            f'<{tag} data-highlight-colour="#fff"{ids.local()}>'
            f"{f'<p>{draw(SAY)} {draw(SAY)}</p>' if plain else draw(blocks(ids, max(depth + 1, 2)))}</{tag}>"
            for _ in range(width)
        ]
        rows.append(f"<tr{ids.local()}>{''.join(cells)}</tr>")
    return f'<table data-layout="wide"{ids.local()}><tbody>{"".join(rows)}</tbody></table>'


@st.composite
def blocks(draw: st.DrawFn, ids: Ids, depth: int) -> str:
    return "".join(draw(block(ids, depth)) for _ in range(draw(st.integers(1, 2))))


@st.composite
def page(draw: st.DrawFn) -> tuple[Ids, list[str]]:
    """The blocks of a page, and where the numbers went on."""
    ids = Ids(itertools.count())
    return ids, [draw(block(ids)) for _ in range(draw(st.integers(1, 6)))]


@st.composite
def edited_page(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """The blocks of a page before and after a few edits: blocks come, go, move, melt; words change anywhere in them."""
    ids, base = draw(page())
    new = list(base)
    for _ in range(draw(st.integers(1, 3))):
        n = draw(st.integers(0, len(new)))
        match draw(st.sampled_from(["insert", "delete", "move", "word", "word", "wrap", "unwrap"])):
            case "insert":
                new.insert(n, draw(block(ids)))
            case "delete" if n < len(new):
                del new[n]
            case "move" if n < len(new):
                new.insert(draw(st.integers(0, len(new) - 1)), new.pop(n))
            case "word" if n < len(new):
                spots = [w for w in ("alpha", "beta", "gamma", "delta", "epsilon") if w in new[n]]
                if spots:
                    new[n] = new[n].replace(
                        draw(st.sampled_from(spots)),
                        draw(st.sampled_from(["changed", "new words", "", "<b>x</b>y"])),
                        1,
                    )
            case "wrap" if n < len(new) and not new[n].startswith("<ac:layout"):
                new[n] = f"<blockquote>{new[n]}</blockquote>"
            case "unwrap" if n < len(new) and new[n].startswith("<blockquote"):
                new[n] = new[n].partition(">")[2].removesuffix("</blockquote>")
            case _:
                pass
    return base, new
