"""What browsers are served of others is exactly what was reviewed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.web import vendoring
from api.web.vendoring import VENDOR, VendoredFileMissing, demand_installed, install, vendored
from tests.architecture.source import ROOT


def test_what_is_served_is_what_was_locked() -> None:
    """Every file is there with its SHA-256, and there is no other."""
    demand_installed()
    assert {each.name for each in VENDOR.iterdir()} == {each.name for each in vendored()}


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with other bytes, or none, stops the set-up."""
    monkeypatch.setattr(vendoring, "PACKAGES", tmp_path)
    monkeypatch.setattr(vendoring, "VENDOR", tmp_path / "vendor")
    source = tmp_path / vendored()[0].source
    source.parent.mkdir(parents=True)
    source.write_text("evil()")
    with pytest.raises(VendoredFileMissing):
        install()
    with pytest.raises(VendoredFileMissing):
        demand_installed()


def test_versions_agree_with_the_lock_of_npm() -> None:
    """The package and the licence that are named are those that npm installs."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for each in vendored():
        name, version = each.package.split()
        locked = packages[f"node_modules/{name}"]
        assert (locked["version"], locked["license"].replace("BSD-0-Clause", "0BSD")) == (version, each.licence)
