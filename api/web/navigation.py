"""The navigation: one list of all areas by kind of work, of which everybody sees what their roles may open.

An area adds its line here, under the kind of work it belongs to, and its words to the catalogue; nothing else decides
what stands in the menu and in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the catalogue's key of its words, the page it opens, and pages elsewhere that are of it."""

    words: str
    path: str
    also: tuple[str, ...] = ()

    @property
    def route(self) -> str:
        """The route that must be permitted, as the access matrix writes it."""
        return f"GET {self.path}"

    def is_open(self, path: str) -> bool:
        """Whether the page at ``path`` belongs to this entry."""
        return path == self.path or any(
            each != "/" and f"{path}/".startswith(f"{each}/") for each in (self.path, *self.also)
        )


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind of work under its heading; those without ``words`` stand before all headings."""

    words: str
    entries: tuple[Entry, ...]

    def is_open(self, path: str) -> bool:
        """Whether the page at ``path`` belongs to one of its entries."""
        return any(each.is_open(path) for each in self.entries)


GROUPS: tuple[Group, ...] = (
    Group("", (Entry("web.nav.home", "/"), Entry("web.nav.approvals", "/approvals"))),
    Group("web.nav.group.lending", (
        Entry("web.nav.loans", "/loans"),
        Entry("web.nav.applications", "/applications"),
        Entry("web.queue.title", "/queue"),
        Entry("web.nav.registers", "/registers"),
    )),
    Group("web.nav.group.chain", (
        Entry("web.nav.utilisation", "/utilisation"),
        Entry("web.nav.chain", "/chain"),
        Entry("web.nav.facilities", "/facilities", also=("/lots",)),
        Entry("web.nav.budget-returns", "/budget-returns"),
    )),
    Group("web.nav.group.oversight", (
        Entry("web.nav.cases", "/cases", also=("/evidence",)),
        Entry("web.nav.jobs", "/jobs"),
        Entry("web.nav.violations", "/violations"),
    )),
    Group("web.nav.group.guarantees", (
        Entry("web.nav.guarantee-applications", "/guarantee-applications"),
        Entry("web.nav.guarantees", "/guarantees"),
        Entry("web.nav.allocations", "/allocations", also=("/commission-transfers",)),
        Entry("web.nav.claims", "/claims", also=("/recoveries",)),
        Entry("web.nav.subsidies", "/subsidies"),
        Entry("web.nav.grants", "/grants"),
    )),
    Group("web.nav.group.accounts", (
        Entry("web.nav.trial-balance", "/trial-balance", also=("/postings", "/entries")),
        Entry("web.nav.ageing", "/ageing"),
        Entry("web.nav.bank", "/bank"),
        Entry("web.nav.closing", "/closing"),
        Entry("web.nav.periods", "/periods", also=("/late-changes",)),
    )),
    Group("web.nav.group.reporting", (
        Entry("web.nav.calendar", "/calendar"),
        Entry("web.nav.reports", "/reports"),
        Entry("web.nav.submissions", "/submissions"),
    )),
    Group("web.nav.group.administration", (
        Entry("web.identity.users", "/users"),
        Entry("web.nav.scheduled", "/scheduled"),
        Entry("web.nav.audit", "/audit"),
        Entry("web.nav.integrity", "/integrity"),
        Entry("web.nav.parameters", "/parameters"),
    )),
)  # fmt: skip


def navigation(may: Callable[[str], bool], groups: Sequence[Group] = GROUPS) -> list[Group]:
    """The groups with the entries that somebody may open, in their order; a group without any is not there."""
    permitted = [replace(each, entries=tuple(one for one in each.entries if may(one.route))) for each in groups]
    return [each for each in permitted if each.entries]
