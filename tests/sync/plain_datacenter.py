"""The routes of the plain Data Center, an old one: no scan, no list of versions, no user key, no limits told."""

from __future__ import annotations

from typing import Any

from plain_confluence import PART, Asked, File, Item, Plain, Refusal


class PlainDataCenter(Plain):
    """Data Center at a context path. What is not expanded is not told."""

    context = "/tools/confluence"

    def __init__(self, **without: bool) -> None:
        super().__init__(**without)
        one = r"/rest/api/content/(\w+)"
        files = f"{one}/child/attachment"
        self.routes = [
            ("GET", "/rest/api/user/current", lambda _: {"type": "known", "username": "ann"}),
            ("GET", "/rest/api/space/DOCS", self._space),
            ("GET", "/rest/api/content/search", self._search),
            ("GET", "/rest/api/content", self._listed),
            ("POST", "/rest/api/content", self._create),
            ("GET", r"/rest/api/content/(\d+)", self._read),
            ("PUT", one, self._update),
            ("DELETE", one, self._trash),
            ("GET", f"{one}/label", lambda _, i: {"results": self._labels(i)}),
            ("POST", f"{one}/label", self._label),
            ("DELETE", f"{one}/label", self._unlabel),
            ("GET", f"{one}/child/page", self._children),
            ("GET", files, self._attachments),
            ("POST", files, self._attach),
            ("POST", rf"{files}/(\w+)/data", self._data),
            ("GET", r"/download/attachments/\d+/(.+)", self._download),
        ]

    def _space(self, asked: Asked) -> Any:
        home = {"homepage": {"id": self.home}} if "homepage" in asked.of("expand") else {}
        return {"id": 1, "key": "DOCS", "name": "Docs", **home}

    def _search(self, _: Asked) -> Any:
        raise Refusal(400, "Could not parse cql")

    # ---- pages --------------------------------------------------------------------------------------------------

    def _row(self, item: Item, expand: str, version: int = 0) -> Any:
        number = version or item.version
        title, text, message = item.texts[number - 1]
        row: dict[str, Any] = {"id": item.id, "type": "page", "title": title}
        row["status"] = "historical" if version else item.status
        if "version" in expand:
            row["version"] = {"number": number} | ({"message": message} if message else {})
        if "ancestors" in expand:
            row["ancestors"] = [{"id": one} for one in self._above(item)]
        if "body.storage" in expand:
            row["body"] = {"storage": {"value": text, "representation": "storage"}}
        return row

    def _above(self, item: Item) -> list[str]:
        parent = self.items.get(item.parent or "")
        return [*self._above(parent), parent.id] if parent and item.status == "current" else []

    def _listed(self, asked: Asked) -> Any:
        pages = [i for i in self.items.values() if i.status == "current"]
        if asked.of("title"):
            pages = [i for i in pages if i.title == asked.of("title")]
        start = int(asked.of("start", "0"))
        found: Any = {"results": [self._row(i, asked.of("expand")) for i in pages[start : start + PART]]}
        found["_links"] = {}
        if start + PART < len(pages):
            query = "&".join(f"{n}={v}" for n, vs in asked.query.items() for v in vs if n != "start")
            found["_links"] = {"next": f"/rest/api/content?{query}&start={start + PART}", "base": self.url}
        return found

    def _read(self, asked: Asked, page_id: str) -> Any:
        state = asked.of("status", "current")
        if page_id not in self.items and state == "trashed":
            raise Refusal(404)
        page = self.the(page_id, *(("current", "trashed") if state in ("any", "historical") else (state,)))
        number = int(asked.of("version", "0")) if state == "historical" else 0
        if number > page.version - 1:
            raise Refusal(404)
        return self._row(page, asked.of("expand"), number)

    def _create(self, asked: Asked) -> Any:
        sent = asked.json
        assert sent["space"] == {"key": "DOCS"}
        parent = sent["ancestors"][-1]["id"] if "ancestors" in sent else None
        message = sent.get("version", {}).get("message", "")
        item = self.add(sent["title"], parent, sent["body"]["storage"]["value"], message=message)
        return self._row(item, asked.of("expand"))

    def _update(self, asked: Asked, page_id: str) -> Any:
        if back := self.brought_back(page_id):
            return self._row(back, "version")
        page, sent = self.the(page_id), asked.json
        said = sent["version"]
        body = sent["body"]["storage"]["value"]
        self.write(page, sent["title"], body, said.get("message", ""), said["number"])
        page.parent = sent["ancestors"][-1]["id"]
        return self._row(page, "version")

    def _trash(self, _: Asked, page_id: str) -> None:
        self.the(page_id).status = "trashed"

    def _children(self, asked: Asked, page_id: str) -> Any:
        below = (i for i in self.items.values() if i.parent == page_id and i.status == "current")
        return {"results": [self._row(i, asked.of("expand")) for i in below]}

    # ---- labels and files ---------------------------------------------------------------------------------------

    def _labels(self, page_id: str) -> Any:
        return [{"prefix": "global", "name": name} for name in self.the(page_id).labels]

    def _label(self, asked: Asked, page_id: str) -> Any:
        names = self.the(page_id).labels
        names += [label["name"] for label in asked.json if label["name"] not in names]
        return {"results": self._labels(page_id)}

    def _unlabel(self, asked: Asked, page_id: str) -> None:
        self.the(page_id).labels.remove(asked.of("name"))

    def _attachments(self, asked: Asked, page_id: str) -> Any:
        name, expand = asked.of("filename"), asked.of("expand")
        files = [f for f in self.files.values() if f.owner == page_id and name in ("", f.name)]
        return {"results": [_file(f, expand) for f in files]}

    def _attach(self, asked: Asked, page_id: str) -> Any:
        name = asked.parts["file"].get_filename()
        if any(f.owner == page_id and f.name == name for f in self.files.values()):
            raise Refusal(400, f"Cannot add a new attachment with same file name as an existing one: {name}")
        return {"results": [_file(self.keep_file(page_id, asked), "")]}

    def _data(self, asked: Asked, page_id: str, file_id: str) -> Any:
        return _file(self.keep_file(page_id, asked, self.files[file_id]), "")

    def _download(self, _: Asked, name: str) -> bytes:
        return next(f.contents[-1] for f in self.files.values() if f.name == name)


def _file(file: File, expand: str) -> Any:
    row: dict[str, Any] = {"id": file.id, "type": "attachment", "title": file.name}
    if "version" in expand:
        row["version"] = {"number": len(file.contents)}
    return row
