"""Find the lines of ruled and squared paper in a picture of handwriting."""

import numpy as np
from scipy import ndimage

STEEPEST = 0.36  # slope of a line that is still looked for: 20 degrees
THICKEST = 0.035  # of the longer side of the picture
LONGEST = 700  # pixels of the longer side, while lines are looked for
EIGHT = np.ones((3, 3), bool)  # pixels that touch at a corner are connected


def ruled_lines(mask):
    """Return which pixels belong to lines of the paper, and not to a stroke that crosses them.

    A line of the paper is thin and goes through the whole picture, or is one of several parallel
    ones. Where the ink is thicker than the line, or goes on above and below it, a stroke crosses
    the line, and the pixel stays.

    Args:
        mask: bool (height, width), what may be ink.

    Returns:
        bool (height, width).
    """
    most = THICKEST * max(mask.shape) + 2
    runs = _vertical_runs(mask), _vertical_runs(mask.T).T
    if not _may_have_lines(mask, np.minimum(*runs) <= most):
        return np.zeros_like(mask)
    return _level_lines(mask, runs[0], most) | _level_lines(mask.T, runs[1].T, most).T


def _may_have_lines(mask, thin):
    """Whether something thin reaches over a quarter of the picture."""
    labels, count = ndimage.label(mask & thin, EIGHT)
    sides = [[s.stop - s.start for s in box] for box in ndimage.find_objects(labels)]
    return any(h > 0.25 * mask.shape[0] or w > 0.25 * mask.shape[1] for h, w in sides)


def _level_lines(mask, runs, most):
    """Return the lines that go from left to right; `runs` are heights of ink, `most` a line's."""
    step = -(-max(mask.shape) // LONGEST)
    small = ndimage.maximum_filter(mask, step)[::step, ::step] if step > 1 else mask
    thin = ndimage.maximum_filter(mask & (runs <= most), step)[::step, ::step]
    slope = _main_slope(thin)
    straight = np.zeros_like(small)
    for nearby in np.arange(-0.09, 0.091, 0.015):
        straight |= _straight_pieces(small, slope + nearby, max(9, small.shape[1] // 8))
    lines = _long_ones(straight, thin)
    if not lines.any():
        return np.zeros_like(mask)
    rows, columns = (
        np.minimum(np.arange(n) // step, m - 1) for n, m in zip(mask.shape, lines.shape)
    )
    lines = lines[rows][:, columns]
    lines = ndimage.binary_dilation(lines, np.ones((3, 1)), iterations=step) & mask
    first = lines & ~np.pad(mask, [(1, 0), (0, 0)])[:-1]  # each run is counted once
    thickness = np.median(runs[first & (runs <= most)]) if first.any() else 1
    lines &= runs <= 1.7 * thickness + 1
    across = np.ones((round(thickness) + 4, max(1, round(thickness))), bool)
    return lines & ~ndimage.binary_closing(mask & ~lines, across)


def _main_slope(mask):
    """Return the slope along which the ink lies in the fewest rows."""
    step = max(1, max(mask.shape) // 300)
    y, x = np.nonzero(mask[::step, ::step])
    slopes = np.arange(-STEEPEST, STEEPEST + 0.001, 0.01)
    counts = [np.bincount(np.round(y - slope * x).astype(int) + 400) for slope in slopes]
    return slopes[int(np.argmax([(c.astype(float) ** 2).sum() for c in counts]))]


def _straight_pieces(mask, slope, reach):
    """Return the ink that lies in straight pieces of at least `reach` pixels at this slope."""
    y, x = np.nonzero(mask)
    rows = y - np.round(slope * x).astype(int)  # where this slope is level
    inside = (rows >= 0) & (rows < len(mask))
    y, x, rows = y[inside], x[inside], rows[inside]
    level = np.zeros_like(mask)
    level[rows, x] = True
    thick = level | np.roll(level, 1, axis=0) | np.roll(level, -1, axis=0)
    share = ndimage.uniform_filter1d(thick.astype("float32"), reach, axis=1, mode="nearest")
    level &= ndimage.maximum_filter1d(share > 0.9, reach, axis=1)
    straight = np.zeros_like(mask)
    straight[y, x] = level[rows, x]
    return straight


def _long_ones(straight, thin):
    """Keep the pieces that make up lines across the picture, and those like them."""
    width = straight.shape[1]
    joined = ndimage.binary_closing(
        np.pad(straight, [(1, 1), (width // 20,) * 2]), np.ones((3, width // 20 + 1))
    )[1:-1, width // 20 : -(width // 20) or None]
    labels, _ = ndimage.label(joined, EIGHT)
    found = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), 1):
        piece = (labels[rows, columns] == number) & straight[rows, columns]
        seen = (piece & thin[rows, columns]).any(axis=0).sum()
        at_border = (columns.start < 3) + (columns.stop > width - 3)
        found.append((number, columns.stop - columns.start, at_border, seen))
    long = [f for f in found if f[1] > 0.5 * width and f[3] > 0.5 * f[1]]
    ruled = len(long) >= 3 or sum(f[2] > 0 for f in long) >= 2
    if not ruled:
        return np.isin(labels, [f[0] for f in long if f[1] > 0.95 * width]) & straight
    kept = [n for n, length, border, _ in found if length > (0.05 if border else 0.3) * width]
    return np.isin(labels, kept) & straight


def _vertical_runs(mask):
    """Return for each pixel of the mask how many stand above one another without a gap."""
    height = mask.shape[0]
    y = np.arange(height, dtype=np.int32)[:, None]
    above = np.maximum.accumulate(np.where(mask, -1, y), axis=0)
    below = np.minimum.accumulate(np.where(mask, height, y)[::-1], axis=0)[::-1]
    return np.where(mask, below - above - 1, 0)
