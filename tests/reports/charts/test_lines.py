"""Lines are drawn where the figures are, without styles."""

from datetime import date
from xml.etree.ElementTree import fromstring

from reports.charts.lines import HEIGHT, LEFT, RIGHT, WIDTH, Series, chart

PAID = Series("owed", [(date(2021, 1, 1), 300_00), (date(2021, 7, 1), 100_00), (date(2022, 1, 1), 0)])


def drawn(*series: Series) -> str:
    """A chart of ``series``."""
    return chart("balance", series, title="Balance", description="From 300 to nothing", lang="en")


def test_a_step_keeps_its_level_until_it_changes() -> None:
    """A step goes across before it goes down, and ends at nothing on the axis."""
    path = fromstring(drawn(PAID)).find("{*}path")
    assert path is not None
    steps = path.attrib["d"]
    assert steps.startswith(f"M{LEFT} ")
    assert steps.endswith(f"H{WIDTH - RIGHT}V{HEIGHT - 30}")


def test_series_differ_without_colour_and_carry_no_style() -> None:
    """Each series has a dash of its own; looks are attributes."""
    svg = drawn(PAID, Series("planned", PAID.points, "line"))
    dashes = [each.attrib["stroke-dasharray"] for each in fromstring(svg).findall("{*}path")]
    assert len(set(dashes)) == 2
    assert "style" not in svg


def test_it_is_read_out_as_one_picture() -> None:
    """Whoever does not see it is told its title and description."""
    svg = fromstring(drawn(PAID))
    assert svg.attrib["role"] == "img"
    assert [svg.findtext("{*}title"), svg.findtext("{*}desc")] == ["Balance", "From 300 to nothing"]


def test_without_points_there_is_no_chart() -> None:
    """Nothing to show draws nothing."""
    assert drawn(Series("none", [])) == ""
