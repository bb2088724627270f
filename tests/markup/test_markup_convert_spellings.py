"""Storage that has an element of its own in Markdown comes back as it was, whatever words stand in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from confsync.markup import normal_markdown, normal_storage, put_storage, to_markdown, to_storage
from confsync.markup.storage.vocabulary import BODILESS_MACROS, PLAIN_MACROS
from confsync.markup.storage.xml import escape, escape_attr

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
MARKUP = st.lists(
    st.sampled_from(["a", " ", "*", "_", "|", "`", "<", "&", '"', ":", ":smile:", "[", "]", "\\", "\n", "$"])
).map("".join)
TEXTS = WORDS | MARKUP
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9.-]{0,8}", fullmatch=True) | st.sampled_from(["", "my name", "ä"])


def element(tag: str, attrs: dict[str, str], inner: str = "") -> str:
    pairs = "".join(f' {k}="{escape_attr(v)}"' for k, v in attrs.items())
    return f"<{tag}{pairs}>{inner}</{tag}>"


def resource(tag: str, name: str) -> st.SearchStrategy[str]:
    return TEXTS.map(lambda value: element(tag, {name: value}))


RESOURCES = (
    resource("ri:attachment", "ri:filename")
    | resource("ri:user", "ri:account-id")
    | resource("ri:url", "ri:value")
)
PAGES = resource("ri:page", "ri:content-title")
VALUES = TEXTS.map(escape) | RESOURCES | PAGES.map(lambda page: f"<ac:link>{page}</ac:link>")
PARAMETERS = st.dictionaries(NAMES, VALUES, max_size=3).map(
    lambda found: "".join(element("ac:parameter", {"ac:name": k}, v) for k, v in found.items())
)
BODILESS = st.builds(
    lambda name, parameters: element("ac:structured-macro", {"ac:name": name}, parameters),
    st.sampled_from(sorted(BODILESS_MACROS)),
    PARAMETERS,
)
PLAIN = st.builds(
    lambda name, parameters, text: element(
        "ac:structured-macro",
        {"ac:name": name},
        f"{parameters}<ac:plain-text-body><![CDATA[{text.replace(']]>', '')}]]></ac:plain-text-body>",
    ),
    st.sampled_from(sorted(PLAIN_MACROS)),
    PARAMETERS,
    TEXTS,
)
PANELS = st.builds(
    lambda kind, key, value, text: (
        '<ac:adf-extension><ac:adf-node type="panel">'
        + element("ac:adf-attribute", {"key": "panel-type"}, escape(kind))
        + element("ac:adf-attribute", {"key": key}, escape(value))
        + f"<ac:adf-content><p>{escape(text)}</p></ac:adf-content></ac:adf-node></ac:adf-extension>"
    ),
    TEXTS,
    NAMES,
    TEXTS,
    TEXTS,
)
PLACEHOLDERS = st.builds(
    lambda kind, text: element("ac:placeholder", {"ac:type": kind}, escape(text)), TEXTS, TEXTS
)
EMOJI = st.builds(
    lambda name, short, shown: element(
        "ac:emoticon", {"ac:name": name, "ac:emoji-shortname": short, "ac:emoji-fallback": shown}
    ),
    TEXTS,
    TEXTS,
    TEXTS,
)
STATES = st.builds(
    lambda title, colour, subtle: element(
        "ac:structured-macro",
        {"ac:name": "status"},
        "".join(
            element("ac:parameter", {"ac:name": k}, escape(v))
            for k, v in (("title", title), ("colour", colour), ("subtle", subtle))
        ),
    ),
    TEXTS,
    TEXTS,
    st.sampled_from(["", "true", "false"]),
)
CAPTIONS = st.builds(
    lambda file, page, text: (
        f"<ac:image>{element('ri:attachment', {'ri:filename': file}, page)}"
        f"<ac:caption><p>{escape(text)} <em>{escape(text)}</em></p></ac:caption></ac:image>"
    ),
    TEXTS,
    PAGES | st.just(""),
    TEXTS,
)
INLINE = (
    PLACEHOLDERS | EMOJI | STATES | CAPTIONS | BODILESS | PAGES.map(lambda page: f"<ac:link>{page}</ac:link>")
)
TABLES = st.lists(INLINE | TEXTS.map(escape), max_size=3).map(
    lambda inside: f"<table><tbody><tr><td><p>a</p><p>{''.join(inside)}</p></td></tr></tbody></table>"
)
BODIES = st.lists(
    BODILESS | PLAIN | PANELS | TABLES | INLINE.map(lambda inside: f"<p>x {inside}</p>"), max_size=3
).map("".join)


@given(BODIES)
@settings(max_examples=150)
def test_it_means_the_same_in_markdown_and_back(storage: str) -> None:
    markdown = to_markdown(storage).text
    assert normal_markdown(markdown) == normal_storage(storage)
    back = to_storage(markdown).text
    assert normal_storage(back) == normal_storage(storage)
    assert to_storage(to_markdown(back).text).text == back


@given(BODIES)
@settings(max_examples=60)
def test_a_word_beside_it_is_all_that_changes(storage: str) -> None:
    page = f"<p>before</p>{storage}<p>after</p>"
    markdown = to_markdown(page).text
    put = put_storage(markdown, page, markdown.replace("before", "earlier", 1))
    assert put.text == page.replace("before", "earlier", 1)
