"""The routes of the plain Cloud. Ids are numbers, `next` is a whole address, and no answer holds more than it must."""

from __future__ import annotations

from typing import Any

from plain_confluence import PART, Asked, File, Item, Plain, Refusal


class PlainCloud(Plain):
    """Cloud: v2, and what is left of v1. `without`: folders, user, parent_types."""

    context = "/wiki"

    def __init__(self, **without: bool) -> None:
        super().__init__(**without)
        v2, page, v1 = "/api/v2", r"/api/v2/pages/(\d+)", r"/rest/api/content/(\w+)"
        self.routes = [
            ("GET", "/rest/api/user/current", self._user),
            ("GET", f"{v2}/spaces", lambda _: {"results": [self._space()]}),
            ("GET", rf"{v2}/spaces/(\d+)/pages", self._listed),
            ("GET", f"{v2}/pages", self._by_title),
            ("POST", f"{v2}/pages", self._create),
            ("GET", page, self._read),
            ("PUT", page, self._update),
            ("DELETE", page, self._trash),
            ("GET", f"{page}/versions", self._versions),
            ("GET", f"{page}/labels", lambda _, i: {"results": self._labels(i)}),
            ("GET", f"{page}/attachments", self._attachments),
            ("GET", rf"{v2}/(?:pages|folders)/(\d+)/direct-children", self._children),
            ("POST", f"{v1}/label", self._label),
            ("DELETE", f"{v1}/label", self._unlabel),
            ("PUT", f"{v1}/child/attachment", lambda a, i: {"results": [_v1(self.keep_file(i, a))]}),
            ("POST", f"{v1}/child/attachment/(\\w+)/data", self._data),
            ("GET", f"{v1}/child/attachment/(\\w+)/download", lambda _, __, f: self.files[f].contents[-1]),
            ("GET", "/rest/api/content/search", self._search),
        ]
        if "folders" not in self.without:
            self.routes += [
                ("POST", f"{v2}/folders", self._create_folder),
                ("GET", rf"{v2}/folders/(\d+)", lambda _, i: self._folder(self.the(i, kind="folder"))),
                ("DELETE", rf"{v2}/folders/(\d+)", self._trash_folder),
            ]

    def place_of(self, asked: Asked) -> str | None:
        if asked.method not in ("POST", "PUT") or not asked.kind.startswith("application/json"):
            return None
        sent = asked.json
        parent = sent.get("parentId", self.home) if isinstance(sent, dict) else None
        known = self.items.get(asked.path.rpartition("/")[2])
        return None if known is not None and known.parent == parent else parent

    # ---- who and where ------------------------------------------------------------------------------------------

    def _user(self, _: Asked) -> Any:
        if "user" in self.without:
            raise Refusal(404, "no such route")
        return {"type": "known", "accountId": "u1"}

    def _space(self) -> Any:
        return {"id": 65538, "key": "DOCS", "homepageId": int(self.home)}

    def _search(self, _: Asked) -> Any:
        raise Refusal(501, "not implemented")

    # ---- pages --------------------------------------------------------------------------------------------------

    def _row(self, item: Item, *, body: bool = False, version: int = 0) -> Any:
        number = version or item.version
        title, text, message = item.texts[number - 1]
        row: dict[str, Any] = {"id": int(item.id), "status": item.status, "title": title, "spaceId": 65538}
        row["version"] = {"number": number} | ({"message": message} if message else {})
        if item.parent is not None and item.status == "current":
            row["parentId"] = int(item.parent)
            if "parent_types" not in self.without:
                row["parentType"] = self.items[item.parent].kind
        if body:
            row["body"] = {"storage": {"value": text}}
        return row

    def _listed(self, asked: Asked, _space: str) -> Any:
        pages = [i for i in self.items.values() if i.kind == "page" and i.status == "current"]
        if asked.of("sort") == "-modified-date":
            pages.reverse()
        start = int(asked.of("cursor", "0"))
        part = pages[start : start + PART]
        found: Any = {"results": [self._row(i, body="body-format" in asked.query) for i in part]}
        if start + PART < len(pages):
            query = "&".join(f"{n}={v}" for n, vs in asked.query.items() for v in vs if n != "cursor")
            found["_links"] = {
                "next": f"{self.url}/api/v2/spaces/{_space}/pages?{query}&cursor={start + PART}"
            }
        return found

    def _by_title(self, asked: Asked) -> Any:
        page = self.find(asked.of("title"))
        return {"results": [self._row(page, body=True)] if page else []}

    def _read(self, asked: Asked, page_id: str) -> Any:
        number = int(asked.of("version", "0"))
        page = self.the(page_id, "current", "trashed")
        if number > page.version:
            raise Refusal(404)
        return self._row(page, body=True, version=number)

    def _create(self, asked: Asked) -> Any:
        sent = asked.json
        parent = sent.get("parentId") or (None if asked.of("root-level") else self.home)
        return self._row(self.add(sent["title"], parent, sent["body"]["value"]))

    def _update(self, asked: Asked, page_id: str) -> Any:
        if back := self.brought_back(page_id):
            return self._row(back)
        page, sent = self.the(page_id), asked.json
        assert sent["id"] == page_id
        assert sent["status"] == "current"
        said = sent["version"]
        self.write(page, sent["title"], sent["body"]["value"], said.get("message", ""), said["number"])
        page.parent = sent.get("parentId", page.parent)
        return self._row(page)

    def _trash(self, _: Asked, page_id: str) -> None:
        self.the(page_id).status = "trashed"

    def _versions(self, _: Asked, page_id: str) -> Any:
        texts = enumerate(self.the(page_id).texts, 1)
        return {"results": [{"number": n, "message": text[2]} for n, text in reversed(list(texts))]}

    # ---- folders ------------------------------------------------------------------------------------------------

    def _folder(self, item: Item) -> Any:
        return {"id": int(item.id), "title": item.title, "parentId": item.parent and int(item.parent)}

    def _create_folder(self, asked: Asked) -> Any:
        sent = asked.json
        return self._folder(self.add(sent["title"], sent.get("parentId") or self.home, "", kind="folder"))

    def _trash_folder(self, _: Asked, folder_id: str) -> None:
        self.the(folder_id, kind="folder").status = "trashed"

    def _children(self, _: Asked, parent: str) -> Any:
        below = (i for i in self.items.values() if i.parent == parent and i.status == "current")
        return {"results": [{"id": int(i.id), "type": i.kind, "title": i.title} for i in below]}

    # ---- labels and files ---------------------------------------------------------------------------------------

    def _labels(self, page_id: str) -> Any:
        return [{"name": name} for name in self.the(page_id).labels]

    def _label(self, asked: Asked, page_id: str) -> Any:
        names = self.the(page_id).labels
        names += [label["name"] for label in asked.json if label["name"] not in names]
        return {"results": self._labels(page_id), "size": len(names)}

    def _unlabel(self, asked: Asked, page_id: str) -> None:
        self.the(page_id).labels.remove(asked.of("name"))

    def _attachments(self, asked: Asked, page_id: str) -> Any:
        self.the(page_id)
        files = [f for f in self.files.values() if f.owner == page_id and asked.of("status") != "trashed"]
        return {
            "results": [{"id": f.id, "title": f.name, "version": {"number": len(f.contents)}} for f in files]
        }

    def _data(self, asked: Asked, page_id: str, file_id: str) -> Any:
        return _v1(self.keep_file(page_id, asked, self.files[file_id]))


def _v1(file: File) -> Any:
    return {"id": file.id, "type": "attachment", "status": "current", "title": file.name}
