"""One file per construct, both directions in it; here, who reads and writes what."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from confsync.markup.elements import (
    adf,
    admonition,
    anchor,
    box,
    code,
    date,
    definitions,
    emoticon,
    expand,
    footnote,
    heading,
    html,
    image,
    link,
    lists,
    math,
    panel,
    paragraph,
    quote,
    raw,
    raw_spelling,
    rule,
    site_tag,
    site_word,
    status,
    stored,
    table,
    tabs,
    tags,
    wikilink,
)
from confsync.markup.markdown.inline_walk import InlineDictionary, InlineWalk, TagEvent
from confsync.markup.markdown.inline_writer import AtomWriter
from confsync.markup.markdown.reader import TokenReader
from confsync.markup.markdown.writer import BlockWriter
from confsync.markup.storage.reader import Inside, StorageDictionary
from confsync.markup.storage.vocabulary import HEADINGS, KEPT_TAGS, MARK_TAGS, PANELS, PLAIN_MACROS
from confsync.markup.storage.writer import StorageOutput
from confsync.markup.storage.xml import El
from confsync.markup.tree import Kind


def _read_sup(el: El, into: Inside) -> None:
    """Read `<sup>`: a footnote's reference, or a kept element."""
    if not footnote.read_storage(el, into):
        tags.read_storage(el, into)


def _read_html_span(el: El, into: Inside) -> None:
    """Read `<span>` in storage; in the HTML of a document it may be something kept or a status."""
    known = into.reader.document is not None and (
        raw_spelling.read_html(el, into) or status.read_html(el, into)
    )
    if not known:
        tags.read_storage(el, into)


def _read_span(walk: InlineWalk, tokens: Sequence[Token], event: TagEvent) -> int | None:
    """Read `<span>` in Markdown: something kept, a status, or a mark."""
    taken = raw_spelling.read_tag(walk, tokens, event)
    return status.read_tag(walk, tokens, event) if taken is None else taken


STORAGE_IN = StorageDictionary(
    blocks={
        "p": paragraph.read_storage,
        "hr": rule.read_storage,
        "ul": lists.read_storage,
        "ol": lists.read_storage,
        "ac:task-list": lists.read_tasks,
        "blockquote": quote.read_storage,
        "pre": stored.read_block,
        "details": expand.read_html,
        "table": table.read_storage,
        "div": box.read_div,
        "ac:adf-extension": adf.read_storage,
        "ac:layout": box.read_layout,
        "ac:layout-section": box.read_layout,
        "ac:layout-cell": box.read_layout,
        **dict.fromkeys(HEADINGS, heading.read_storage),
    },
    macros={
        "": box.read_macro,
        "code": code.read_storage,
        **dict.fromkeys(PLAIN_MACROS, code.read_plain),
        "expand": expand.read_storage,
        "mathblock": math.read_block,
        **dict.fromkeys(PANELS, panel.read_storage),
    },
    atoms={
        **dict.fromkeys(KEPT_TAGS | set(MARK_TAGS), tags.read_storage),
        **dict.fromkeys(tags.MAPPED, tags.read_worn),
        "a": link.read_a,
        "code": stored.read_inline,
        "ac:link": link.read_ac_link,
        "ac:image": image.read_storage,
        "img": image.read_img,
        "br": lambda el, into: into.atom(el, "br", ""),
        "time": date.read_storage,
        "ac:emoticon": emoticon.read_storage,
        "sup": _read_sup,
        "span": _read_html_span,
    },
    text=emoticon.read_html,
    inline_macros={
        "status": status.read_storage,
        "anchor": anchor.read_storage,
        "mathinline": math.read_storage,
    },
)

STORAGE_OUT = StorageOutput(
    blocks={
        Kind.PARAGRAPH: paragraph.write_storage,
        Kind.SPACER: paragraph.write_spacer,
        Kind.HEADING: heading.write_storage,
        Kind.RULE: rule.write_storage,
        Kind.LIST: lists.write_storage,
        Kind.ITEM: lists.write_item,
        Kind.QUOTE: quote.write_storage,
        Kind.CODE: code.write_storage,
        Kind.TABLE: table.write_storage,
        Kind.ROW: table.write_row,
        Kind.CELL: table.write_cell,
        Kind.PANEL: panel.write_storage,
        Kind.EXPAND: expand.write_storage,
        Kind.BOX: box.write_storage,
        Kind.FOOTNOTE: footnote.write_definition,
        Kind.MATH: math.write_block,
        Kind.RAW: raw.write_storage,
        Kind.FRAGMENT: raw.write_fragment,
        Kind.HTML: html.write_storage,
    },
    atoms={
        "br": lambda _: "<br />",
        "img": image.write_storage,
        "emo": emoticon.write_storage,
        "time": date.write_storage,
        "status": status.write_storage,
        "ref": link.write_ref,
        "foot": footnote.write_storage,
        "math": math.write_storage,
        "anchor": anchor.write_storage,
        "raw": raw.write_inline_storage,
    },
    apart=footnote.apart,
)

HTML_OUT = StorageOutput(
    blocks={
        **STORAGE_OUT.blocks,
        Kind.LIST: lists.write_html,
        Kind.ITEM: lists.write_item_html,
        Kind.CODE: stored.write_code,
        Kind.PANEL: panel.write_html,
        Kind.EXPAND: expand.write_html,
        Kind.BOX: box.write_html,
        Kind.CELL: table.write_cell_html,
        Kind.RAW: stored.write_html,
        Kind.MATH: stored.write_math,
    },
    atoms=STORAGE_OUT.atoms,
    apart=footnote.apart,
)

HTML_ATOMS: dict[str, AtomWriter] = {
    "img": image.write_html,
    "emo": emoticon.write_html,
    "time": date.write_markdown,
    "status": status.write_html,
    "ref": link.write_ref_html,
    "anchor": anchor.write_markdown,
    "raw": stored.write_inline,
    "math": lambda run, _: stored.quoted(math.write_storage(run), "code"),
}

MARKDOWN_TOKENS: dict[str, TokenReader] = {
    "paragraph_open": paragraph.read_markdown,
    "too_deep": paragraph.read_too_deep,
    "heading_open": heading.read_markdown,
    "hr": rule.read_markdown,
    "bullet_list_open": lists.read_markdown,
    "ordered_list_open": lists.read_markdown,
    "blockquote_open": quote.read_markdown,
    "fence": code.read_fence,
    "code_block": code.read_indented,
    "table_open": table.read_markdown,
    "footnote_reference_open": footnote.read_markdown,
    "math_block": math.read_markdown,
    "admonition_open": admonition.read_admonition,
    "container_any_open": admonition.read_fenced,
    "tab_open": tabs.read_markdown,
    "site_open": site_tag.read_markdown,
    "storage_block": raw.read_block,
    "contents": raw.read_contents,
    "dl_open": definitions.read_markdown,
}

MARKDOWN_INLINE = InlineDictionary(
    tokens={
        "link_open": link.read_open,
        "link_close": link.read_close,
        "image": image.read_markdown,
        "footnote_ref": footnote.read_reference,
        "math_inline": math.read_inline,
        "math_inline_double": math.read_inline,
        "tex_inline": math.read_brackets,
        "status": status.read_label,
        "hidden": tags.read_hidden,
        "note_open": tags.read_note,
        "note_close": tags.read_note,
        "storage_inline": raw.read_element,
        "contents_inline": raw.read_contents_inline,
        "attributes": tags.read_attributes,
        "wikilink": wikilink.read,
        "site_word": site_word.read,
    },
    tags={
        "": tags.read_tag,
        "br": tags.read_break,
        "a": link.read_tag,
        "img": image.read_tag,
        "time": date.read_tag,
        "input": date.read_input,
        "span": _read_span,
        "div": raw_spelling.read_tag,
    },
    text=emoticon.read_text,
)

MARKDOWN_BLOCKS: dict[Kind, BlockWriter] = {
    Kind.PARAGRAPH: paragraph.write_markdown,
    Kind.SPACER: paragraph.write_spacer_markdown,
    Kind.HEADING: heading.write_markdown,
    Kind.RULE: rule.write_markdown,
    Kind.LIST: lists.write_markdown,
    Kind.QUOTE: quote.write_markdown,
    Kind.CODE: code.write_markdown,
    Kind.TABLE: table.write_markdown,
    Kind.PANEL: panel.write_markdown,
    Kind.EXPAND: expand.write_markdown,
    Kind.BOX: box.write_markdown,
    Kind.FOOTNOTE: footnote.write_markdown,
    Kind.MATH: math.write_block_markdown,
    Kind.RAW: raw.write_markdown,
    Kind.FRAGMENT: raw.write_fragment_markdown,
    Kind.HTML: html.write_markdown,
}

MARKDOWN_ATOMS: dict[str, AtomWriter] = {
    "img": image.write_markdown,
    "emo": emoticon.write_markdown,
    "time": date.write_markdown,
    "status": status.write_markdown,
    "ref": link.write_ref_markdown,
    "foot": footnote.write_reference,
    "math": math.write_markdown,
    "anchor": anchor.write_markdown,
    "raw": raw.write_inline_markdown,
}
