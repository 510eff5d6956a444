"""Which marks of ink make up a digit, and in which order digits are read."""

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree


def group_marks(mask):
    """Return a mask for each digit: its strokes together, without specks and what is no writing.

    Args:
        mask: bool (height, width), ink without the lines of the paper.

    Returns:
        A list of bool (height, width), in no particular order; empty where there is nothing.
    """
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    marks = [_Mark(labels, n, box) for n, box in enumerate(ndimage.find_objects(labels), 1)]
    marks = [mark for mark in marks if mark.size >= 0.012 * max(mask.shape) and mark.area > 8]
    marks = [
        mark for mark in marks if mark.width < 4 * mark.height or mark.width < 0.2 * mask.shape[1]
    ]
    inner = [mark for mark in marks if not mark.is_frame(mask.shape)]
    if inner:
        tallest = max(mark.height for mark in inner)
        inner += [m for m in marks if m.is_caught_by_a_line(mask.shape, tallest)]
    marks = inner or [m for m in marks if not m.crosses(mask.shape)] or marks
    if not marks:
        return []
    largest = max(mark.height for mark in marks)
    marks = [mark for mark in marks if mark.size > 0.06 * largest]
    large = [mark for mark in marks if mark.height > 0.3 * largest]
    for mark in large:
        mark.home = mark
    for one in large:
        for other in large:
            if one is not other and one.root() is not other.root() and one.belongs_with(other):
                one.root().home = other.root()
    for mark in (mark for mark in marks if mark.home is None):
        near = min(large, key=mark.distance)
        if mark.distance(near) <= 0.2 * near.height:
            mark.home = near
    groups = {}
    for mark in marks:
        if mark.home is not None:
            groups.setdefault(id(mark.root()), []).append(mark.number)
    return [np.isin(labels, numbers) for numbers in groups.values()]


class _Mark:
    """One connected piece of ink."""

    def __init__(self, labels, number, box):
        self.number, self.home = number, None
        rows, columns = box
        self.top, self.bottom, self.left, self.right = (
            rows.start, rows.stop, columns.start, columns.stop,
        )  # fmt: skip
        self.height, self.width = self.bottom - self.top, self.right - self.left
        self.size = max(self.height, self.width)
        self.piece = labels[box] == number
        self.area = int(self.piece.sum())
        self._points = None

    def points(self):
        if self._points is None:
            rim = self.piece & ~ndimage.binary_erosion(self.piece)
            self._points = cKDTree(np.argwhere(rim) + (self.top, self.left))
        return self._points

    def root(self):
        return self if self.home is self else self.home.root()

    def distance(self, other):
        down = max(self.top - other.bottom, other.top - self.bottom, 0)
        right = max(self.left - other.right, other.left - self.right, 0)
        limit = 0.25 * max(self.height, other.height)
        if max(down, right) > limit:
            return float(max(down, right))
        return float(other.points().query(self.points().data)[0].min())

    def is_frame(self, shape):
        """Whether this is a table's edge or a shadow at the rim, and not writing."""
        touches = (
            (self.top == 0) + (self.bottom == shape[0]) + (self.left == 0)
            + (self.right == shape[1])
        )  # fmt: skip
        return bool(touches)

    def is_caught_by_a_line(self, shape, tallest):
        """Whether this is as large as writing, and only a thin line ties it to one side."""
        if not 0.5 * tallest < self.height < 2 * tallest or self.width < 0.3 * self.height:
            return False
        ties = [
            self.piece[0].sum() * (self.top == 0), self.piece[-1].sum() * (self.bottom == shape[0]),
            self.piece[:, 0].sum() * (self.left == 0),
            self.piece[:, -1].sum() * (self.right == shape[1]),
        ]  # fmt: skip
        return sum(tie > 0 for tie in ties) == 1 and sum(ties) < 0.04 * self.height

    def crosses(self, shape):
        """Whether it goes from one side of the picture to the opposite one along the rim."""
        return self.height == shape[0] or self.width == shape[1]

    def belongs_with(self, other):
        """Whether two large marks are strokes of one digit."""
        overlap = min(self.right, other.right) - max(self.left, other.left)
        if overlap < 0.4 * min(self.width, other.width):
            return False
        taller = max(self.height, other.height)
        together = max(self.bottom, other.bottom) - min(self.top, other.top)
        shorter = min(self.height, other.height)
        near = 0.25 if shorter < 0.5 * taller else 0.12 if together < 1.4 * taller else 0.09
        return self.distance(other) <= near * taller


def in_reading_order(digits):
    """Return masks of digits row by row, each row from left to right; rows may be tilted."""
    boxes = [_span(mask) for mask in digits]
    follower = {}
    for a, (top, bottom, left, right) in enumerate(boxes):
        middle = (left + right) / 2
        best = None
        for b, (other_top, other_bottom, other_left, other_right) in enumerate(boxes):
            away = (other_left + other_right) / 2 - middle
            shared = min(bottom, other_bottom) - max(top, other_top)
            enough = 0.4 * min(bottom - top, other_bottom - other_top)
            if away > 0 and shared > enough and (best is None or away < best[0]):
                best = away, b
        if best and (best[1] not in follower.values()):
            follower[a] = best[1]
    starts = [a for a in range(len(boxes)) if a not in follower.values()]
    rows = []
    for start in starts:
        row = [start]
        while row[-1] in follower:
            row.append(follower[row[-1]])
        rows.append(row)
    rows.sort(key=lambda row: np.mean([boxes[a][0] + boxes[a][1] for a in row]))
    return [digits[a] for row in rows for a in row]


def _span(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
