"""What all pages in the browser share: the frame, the style, and the headers that forbid scripts."""

from __future__ import annotations

from markupsafe import Markup
from werkzeug.wrappers import Response

STYLE = Markup("""
:root { color-scheme: light dark; --ink: #1d2433; --soft: #5d687c; --line: #dfe3ea; --paper: #fff;
  --wash: #f5f7fa; --link: #0b57c7; --blue: #e8f0fe; --green: #e4f6ea; --yellow: #fff6d9; --red: #fdeaea;
  --purple: #f0eafd; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe4ee; --soft: #98a3b8; --line: #333b49; --paper: #171b22;
  --wash: #1f242d; --link: #7fb0ff; --blue: #1b2b47; --green: #17321f; --yellow: #3a3113; --red: #3e1f20;
  --purple: #2a2344; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
header { display: flex; gap: 1.2em; align-items: baseline; padding: .7em 1.6em; border-bottom: 1px solid var(--line);
  background: var(--wash); flex-wrap: wrap; } header b { font-size: 1.05em; }
.columns { display: grid; grid-template-columns: minmax(13em, 19em) minmax(0, 1fr); min-height: 90vh; }
nav.tree { padding: 1.2em 1em 3em 1.6em; border-right: 1px solid var(--line); font-size: .92em; overflow: auto; }
nav.tree ul { list-style: none; margin: 0; padding-left: .9em; } nav.tree > ul { padding: 0; }
nav.tree li { padding: .12em 0; } nav.tree .here { font-weight: 600; color: var(--ink); }
main { padding: 1.4em 2.4em 5em; max-width: 62em; }
h1 { font-size: 1.9em; line-height: 1.25; margin: .3em 0 .4em; } h2 { margin-top: 1.6em; }
.meta, .crumbs { color: var(--soft); font-size: .87em; } .meta form { display: inline; }
.actions { float: right; display: flex; gap: .8em; font-size: .9em; }
table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .4em .7em; vertical-align: top; text-align: left; }
th { background: var(--wash); } td > p:only-child, th > p:only-child, li > p:only-child { margin: 0; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .8em 1em; overflow-x: auto;
  font: 14px/1.5 ui-monospace, monospace; } code { font: .92em ui-monospace, monospace; background: var(--wash);
  padding: .1em .3em; border-radius: 4px; } pre code { background: none; padding: 0; }
blockquote { margin: 1em 0; padding: .1em 1.1em; border-left: 3px solid var(--line); color: var(--soft); }
img { max-width: 100%; height: auto; } figure { margin: 1em 0; } figcaption { color: var(--soft); font-size: .9em; }
.panel { border-radius: 6px; padding: .5em 1.1em; margin: 1em 0; background: var(--wash); border-left: 4px solid
  var(--line); } .panel .title, .macro .title { font-weight: 600; }
.info { background: var(--blue); border-color: #4688ec; } .tip { background: var(--green); border-color: #36a269; }
.note { background: var(--yellow); border-color: #d9a514; } .warning { background: var(--red); border-color: #d9544d; }
.macro { border: 1px dashed var(--line); border-radius: 6px; padding: .4em .9em; margin: .8em 0; }
span.macro { padding: 0 .4em; } details { border: 1px solid var(--line); border-radius: 6px; padding: .5em 1em;
  margin: 1em 0; } summary { cursor: pointer; font-weight: 600; }
.status { font-size: .72em; font-weight: 700; text-transform: uppercase; border-radius: 4px; padding: .15em .45em;
  background: var(--line); } .status.Green { background: #94d7ac; color: #123; } .status.Red { background: #f5a3a0;
  color: #311; } .status.Yellow { background: #f5d67a; color: #331; } .status.Blue { background: #a5c8f8;
  color: #113; } .status.Purple { background: #cdbdf5; color: #213; }
.label { display: inline-block; background: var(--wash); border: 1px solid var(--line); border-radius: 99px;
  padding: 0 .7em; font-size: .85em; margin-right: .4em; }
.panel.purple { background: var(--purple); border-color: #8f7ee7; } .panel .icon { float: left; margin-right: .6em; }
.unknown { border: 1px solid #d9544d; border-radius: 4px; padding: .1em .5em; background: var(--red); }
.formula { font: .95em ui-monospace, monospace; background: var(--wash); padding: .1em .35em; border-radius: 4px;
  white-space: pre-wrap; } div.formula { padding: .6em 1em; margin: 1em 0; text-align: center; }
.status.subtle { background: none; color: inherit; border: 1px solid var(--line); } .mention { background: var(--wash);
  border-radius: 99px; padding: 0 .4em; } a.card { display: inline-block; border: 1px solid var(--line); padding: .5em 1em;
  border-radius: 6px; } pre .number { display: inline-block; width: 3em; color: var(--soft); user-select: none; }
.language { float: right; } .two_left_sidebar > :first-child, .two_right_sidebar > :last-child,
.three_with_sidebars > :first-child, .three_with_sidebars > :last-child { flex-grow: .4; }
figure.center { text-align: center; } figure.right { text-align: right; } ul.decisions, ul.toc { list-style: none; }
ul.decisions li { background: var(--wash); padding: .3em .8em; margin: .3em 0; border-radius: 4px; }
ul.tasks { list-style: none; padding-left: .4em; } mark { background: var(--yellow); color: inherit; }
.missing { color: #c9372c; border-bottom: 1px dotted; } .layout { display: flex; gap: 2em; flex-wrap: wrap; }
.layout > div { flex: 1 1 14em; min-width: 0; } time { background: var(--wash); padding: 0 .35em; border-radius: 4px; }
ins { background: var(--green); text-decoration: none; } del.line { background: var(--red); text-decoration: none; }
.diff { white-space: pre-wrap; } textarea { width: 100%; min-height: 26em; font: 14px/1.5 ui-monospace, monospace; }
input[type=text] { width: 100%; font: inherit; padding: .35em .5em; } textarea, input { color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: .6em; }
button { font: inherit; padding: .35em 1em; border-radius: 6px; border: 1px solid var(--line); background: var(--wash);
  color: inherit; cursor: pointer; } button.main { background: #0b57c7; color: #fff; border-color: #0b57c7; }
.comment { border-top: 1px solid var(--line); padding: .3em 0; } @media (max-width: 50em) {
  .columns { display: block; } main { padding: 1em; } nav.tree { border: 0; } }
""")
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def frame(title: str, main: Markup, *, tree: Markup | None = None, status: int = 200) -> Response:
    """Return a whole page. `main` and `tree` are safe already."""
    side = Markup('<nav class="tree">{}</nav>').format(tree) if tree is not None else Markup("<div></div>")
    text = Markup(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{} - Sandbox</title>'
        "<style>{}</style></head><body><header><b>Confluence sandbox</b>"
        '<a href="/wiki/spaces">Spaces</a><span class="meta">a local stand-in, for trying things out</span></header>'
        '<div class="columns">{}<main>{}</main></div></body></html>'
    ).format(title, STYLE, side, main)
    return guarded(Response(str(text), status, mimetype="text/html"))


def guarded(response: Response) -> Response:
    """Add the headers that keep scripts out."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def joined(parts: list[Markup]) -> Markup:
    """Return safe pieces in a row."""
    return Markup("").join(parts)
