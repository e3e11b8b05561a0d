"""The navigation: one list of all areas, of which everybody sees what their roles may open.

An area adds its line here and its words to the catalogue; nothing else decides what stands in the menu.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the catalogue's key of its words, and the page it opens."""

    words: str
    path: str

    @property
    def route(self) -> str:
        """The route that must be permitted, as the access matrix writes it."""
        return f"GET {self.path}"

    def is_open(self, path: str) -> bool:
        """Whether the page at ``path`` belongs to this entry."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


ENTRIES: tuple[Entry, ...] = (
    Entry("web.nav.home", "/"),
    Entry("web.nav.approvals", "/approvals"),
    Entry("web.nav.loans", "/loans"),
    Entry("web.nav.applications", "/applications"),
    Entry("web.queue.title", "/queue"),
    Entry("web.nav.registers", "/registers"),
    Entry("web.nav.utilisation", "/utilisation"),
    Entry("web.nav.chain", "/chain"),
    Entry("web.nav.facilities", "/facilities"),
    Entry("web.nav.budget-returns", "/budget-returns"),
    Entry("web.nav.cases", "/cases"),
    Entry("web.nav.jobs", "/jobs"),
    Entry("web.nav.violations", "/violations"),
    Entry("web.nav.subsidies", "/subsidies"),
    Entry("web.nav.grants", "/grants"),
    Entry("web.nav.guarantee-applications", "/guarantee-applications"),
    Entry("web.nav.guarantees", "/guarantees"),
    Entry("web.nav.allocations", "/allocations"),
    Entry("web.nav.claims", "/claims"),
    Entry("web.nav.scheduled", "/scheduled"),
    Entry("web.nav.trial-balance", "/trial-balance"),
    Entry("web.nav.ageing", "/ageing"),
    Entry("web.nav.bank", "/bank"),
    Entry("web.nav.closing", "/closing"),
    Entry("web.nav.periods", "/periods"),
    Entry("web.nav.calendar", "/calendar"),
    Entry("web.nav.reports", "/reports"),
    Entry("web.nav.submissions", "/submissions"),
    Entry("web.nav.audit", "/audit"),
    Entry("web.nav.integrity", "/integrity"),
    Entry("web.nav.parameters", "/parameters"),
)


def navigation(may: Callable[[str], bool], entries: Sequence[Entry] = ENTRIES) -> list[Entry]:
    """The entries that somebody may open, in their order."""
    return [entry for entry in entries if may(entry.route)]
