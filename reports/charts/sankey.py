"""The money chain as a Sankey diagram: geometry of columns of nodes and of the bands between them.

Heights are amounts at one scale for the whole picture, so areas can be compared by eye, and every node is as high as
the larger of what enters and what leaves it. Only geometry is made here: templates draw it, in words and with links.
A band thinner than a hair is drawn a hair thick; the table beside the picture has its figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Measures of the picture in user units.
WIDTH, NODE, TOP, LEFT, RIGHT = 1320, 14, 12, 190, 200
HEIGHT = 430
#: What a node takes at least, so that its words have room, and what lies between two.
PITCH, GAP = 24, 8
HAIR = 1.0


@dataclass(frozen=True, slots=True)
class Node:
    """Something money stands in: ``column`` counts from the left; nodes of a column keep their order."""

    id: str
    column: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Tiyn that went from one node to another; ``kind`` chooses how it is drawn."""

    source: str
    target: str
    amount: int
    kind: str


@dataclass(frozen=True, slots=True)
class Box:
    """A node in place: its corner, its height, what enters and leaves it in tiyn."""

    node: Node
    x: float
    y: float
    height: float
    entering: int
    leaving: int

    @property
    def amount(self) -> int:
        """The larger of what enters and leaves: what the height shows."""
        return max(self.entering, self.leaving)


@dataclass(frozen=True, slots=True)
class Band:
    """A flow in place: the outline as the ``d`` of a path, and the middle where a figure may stand."""

    flow: Flow
    path: str
    x: float
    y: float
    thickness: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A diagram to be drawn; ``heads`` are the left edges of the columns."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    heads: tuple[float, ...]


def sankey(nodes: Sequence[Node], flows: Sequence[Flow]) -> Picture:
    """The picture of ``flows`` between ``nodes``; flows of nothing and nodes without money are left out.

    Every flow must lead from a column to one further right.
    """
    shown = [flow for flow in flows if flow.amount > 0]
    entering, leaving = _sums(shown)
    alive = [node for node in nodes if entering[node.id] or leaving[node.id]]
    if not alive:
        return Picture(WIDTH, TOP, (), (), ())
    heights = {node.id: max(entering[node.id], leaving[node.id]) for node in alive}
    columns = sorted({node.column for node in alive})
    by_column = {column: [node for node in alive if node.column == column] for column in columns}
    scale = min(HEIGHT / sum(heights[node.id] for node in own) for own in by_column.values())
    step = (WIDTH - LEFT - RIGHT - NODE) / max(1, columns[-1] - columns[0])
    boxes: dict[str, Box] = {}
    for column, own in by_column.items():
        y = float(TOP)
        for node in own:
            height = max(HAIR, heights[node.id] * scale)
            x = LEFT + (column - columns[0]) * step
            boxes[node.id] = Box(node, x, y, height, entering[node.id], leaving[node.id])
            y += max(height, PITCH) + GAP
    lowest = max(box.y + box.height for box in boxes.values())
    heads = tuple(LEFT + (column - columns[0]) * step for column in columns)
    return Picture(WIDTH, lowest + PITCH, tuple(boxes.values()), tuple(_bands(shown, boxes, scale)), heads)


def _sums(flows: Sequence[Flow]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    entering: dict[str, int] = defaultdict(int)
    leaving: dict[str, int] = defaultdict(int)
    for flow in flows:
        leaving[flow.source] += flow.amount
        entering[flow.target] += flow.amount
    return entering, leaving


def _bands(flows: Sequence[Flow], boxes: Mapping[str, Box], scale: float) -> list[Band]:
    """Bands leave a node in the order of their targets from above, and enter one in the order of their sources."""
    order = {id_: (box.node.column, box.y) for id_, box in boxes.items()}
    out_at = {id_: box.y for id_, box in boxes.items()}
    in_at = dict(out_at)
    starts: dict[Flow, float] = {}
    for flow in sorted(flows, key=lambda each: order[each.target][1]):
        starts[flow] = out_at[flow.source]
        out_at[flow.source] += flow.amount * scale
    bands = []
    for flow in sorted(flows, key=lambda each: order[each.source][1]):
        source, target, thick = boxes[flow.source], boxes[flow.target], max(HAIR, flow.amount * scale)
        left, right, high, low = source.x + NODE, target.x, starts[flow], in_at[flow.target]
        in_at[flow.target] += flow.amount * scale
        middle = (left + right) / 2
        path = (
            f"M{left:.1f} {high:.1f}C{middle:.1f} {high:.1f} {middle:.1f} {low:.1f} {right:.1f} {low:.1f}"
            f"V{low + thick:.1f}C{middle:.1f} {low + thick:.1f} {middle:.1f} {high + thick:.1f} {left:.1f} "
            f"{high + thick:.1f}Z"
        )
        bands.append(Band(flow, path, middle, (high + low + thick) / 2, thick))
    return sorted(bands, key=lambda band: -band.thickness)
