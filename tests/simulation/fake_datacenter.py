"""The port `Remote` of a Data Center over a wiki in memory: no folders, creates that carry a message, no archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fake_confluence import FakeConfluence

from confsync.model import Flavor, Folder, PageId, Site, Space, Status, title_key
from confsync.outcome import Applied, NewPage, Outcome, Reason, Refused
from confsync.planning.stand_ins import CHILDREN_LIST, is_children_list


class FakeDataCenter(FakeConfluence):
    """Directories without a page are pages there, which list their children and are stamped when they are made."""

    def site(self) -> Site:
        return replace(super().site(), flavor=Flavor.DATACENTER, base_url="https://fake.example/context")

    def create_page(self, page: NewPage) -> Outcome:
        return self._deliver(
            "create", lambda: self.wiki.new(page.title, page.body, page.parent_id, page.message)
        )

    # -- no folders

    def folder(self, folder_id: PageId) -> Folder | None:
        return None

    def folders_below(self, page_id: PageId) -> Sequence[Folder]:
        return []

    def find_folder(self, space: Space, title: str, parent_id: PageId | None) -> Folder | None:
        return None

    def create_folder(self, space: Space, title: str, parent_id: PageId | None, message: str = "") -> Outcome:
        def work() -> Folder:
            there = self.wiki.find(title)
            same = (
                there is not None
                and there.parent_id == parent_id
                and title_key(there.title) == title_key(title)
            )
            if there is None or not same or not is_children_list(there.body or ""):
                there = self.wiki.new(title, CHILDREN_LIST, parent_id, message)
            return Folder(
                id=there.id,
                title=there.title,
                parent_id=there.parent_id,
                parent_type=there.parent_type,
                message=there.message,
            )

        return self._deliver("folder", work)

    def trash_folder(self, folder_id: PageId) -> Outcome:
        if folder_id not in self.wiki.history_of or not self.wiki.is_current(folder_id):
            return Applied(None)
        page = self.wiki.now(folder_id)
        below = any(one.parent_id == folder_id for one in self.wiki.live())
        if below or not is_children_list(page.body or "") or page.status is not Status.CURRENT:
            return Refused(Reason.INVALID, 0, "the page or what is below it has other content")
        return self._deliver("folder's end", lambda: self.wiki.put_in_trash(folder_id), may_be_late=False)
