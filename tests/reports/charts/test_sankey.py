"""The picture of the chain is to scale: bands are as thick as their sums, and fill the nodes they join."""

from itertools import pairwise
from math import isclose

from hypothesis import given
from hypothesis import strategies as some

from reports.charts.sankey import Flow, Node, sankey

NODES = [Node(f"{column}:{row}", column) for column in range(4) for row in range(3)]
FLOWS = some.lists(
    some.builds(
        lambda source, row, amount: Flow(source.id, f"{source.column + 1}:{row}", amount, "fresh"),
        some.sampled_from(NODES[:9]), some.integers(0, 2), some.integers(0, 10**13),
    ),
    max_size=12, unique_by=lambda flow: (flow.source, flow.target),
)  # fmt: skip


@given(FLOWS)
def test_bands_are_to_scale_and_within_their_nodes(flows: list[Flow]) -> None:
    """One scale for all: what enters and leaves a node is told by its height, and nothing of nothing is drawn."""
    picture = sankey(NODES, flows)
    assert {band.flow for band in picture.bands} == {flow for flow in flows if flow.amount}
    scales = {band.thickness / band.flow.amount for band in picture.bands if band.thickness > 1}
    assert all(isclose(scale, next(iter(scales)), rel_tol=1e-9) for scale in scales)
    for box in picture.boxes:
        entering = sum(flow.amount for flow in flows if flow.target == box.node.id)
        leaving = sum(flow.amount for flow in flows if flow.source == box.node.id)
        assert (box.entering, box.leaving) == (entering, leaving)
        assert box.y + box.height <= picture.height


def test_nodes_of_a_column_do_not_touch() -> None:
    """However many there are, each has room for its words."""
    flows = [Flow("0:0", f"1:{row}", 10**row, "fresh") for row in range(3)]
    boxes = sorted((box for box in sankey(NODES, flows).boxes if box.node.column == 1), key=lambda box: box.y)
    assert all(below.y - above.y >= 32 for above, below in pairwise(boxes))


def test_nothing_makes_an_empty_picture() -> None:
    """Without money there is nothing to draw."""
    assert sankey(NODES, []).boxes == ()
