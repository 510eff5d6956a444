"""A small geometric alphabet: every letter is made of straight strokes and parts of circles.

A glyph is drawn on a baseline at y = 0 with y pointing up; the height of an x is 1.
"""

import numpy as np
from matplotlib.patches import Polygon

from images.make.drawing import points

WEIGHT = 0.21  # stroke width
EDGE = WEIGHT / 2  # centre line of a stroke that touches the edge of its letter
ASCENDER = 1.5
FIGURE_HEIGHT = 1.5


def line(*corners):
    """Return the corners as an array of shape (n, 2)."""
    return np.array(corners, dtype=float)


def arc(x, y, radius, start, stop, radius_y=None):
    """Return points on a circle (or ellipse) from angle `start` to `stop`, in degrees."""
    t = np.radians(np.linspace(start, stop, 61))
    return np.column_stack([x + radius * np.cos(t), y + (radius_y or radius) * np.sin(t)])


def join(*parts):
    """Return one continuous stroke made of several parts."""
    return np.vstack(parts)


def _letters():
    """Return {letter: (width, strokes, polygons)}."""
    e, top, r = EDGE, 1 - EDGE, 0.5 - EDGE
    ring = arc(0.5, 0.5, r, 45, 410)  # a little more than a turn, to hide the seam
    q = 0.28  # radius of the hooks of f, t and r
    m = 0.345  # radius of the arches of m and w
    s = (1 - WEIGHT) / 4
    arches = (
        join(arc(e + m, top - m, m, 172, 0), line((e + 2 * m, 0))),
        join(arc(e + 3 * m, top - m, m, 172, 0), line((e + 4 * m, 0))),
    )
    return {
        "a": (1.0, [ring, line((1 - e, 0), (1 - e, 1))], []),
        "e": (1.0, [join(line((e, 0.5), (1 - e, 0.5)), arc(0.5, 0.5, r, 0, 318))], []),
        "f": (
            0.68,
            [
                join(
                    line((0.16 + e, 0)),
                    arc(0.16 + e + q, ASCENDER - e - q, q, 180, 90),
                    line((0.7, ASCENDER - e)),
                ),
                line((0, top), (0.64, top)),
            ],
            [],
        ),
        "i": (WEIGHT, [line((e, 0), (e, 1))], [arc(e, 1.36, WEIGHT * 0.64, 0, 360)]),
        "k": (
            0.9,
            [line((e, 0), (e, ASCENDER))],
            [
                line(
                    (0.2, 0.6),
                    (0.56, 1),
                    (0.86, 1),
                    (0.49, 0.585),
                    (0.9, 0),
                    (0.61, 0),
                    (0.33, 0.406),
                    (0.2, 0.26),
                ),
            ],
        ),
        "l": (WEIGHT, [line((e, 0), (e, ASCENDER))], []),
        "m": (WEIGHT + 4 * m, [line((e, 0), (e, 1)), *arches], []),
        "o": (1.0, [ring], []),
        "r": (
            0.58,
            [
                line((e, 0), (e, 1)),
                join(arc(e + 0.36, top - 0.36, 0.36, 172, 90), line((0.6, top))),
            ],
            [],
        ),
        "s": (
            0.68,
            [
                join(
                    line((0.64, top)),
                    arc(e + s, top - s, s, 90, 270),
                    arc(0.68 - e - s, e + s, s, 90, -90),
                    line((0.04, e)),
                )
            ],
            [],
        ),
        "t": (
            0.64,
            [
                join(
                    line((0.16 + e, 1.38)), arc(0.16 + e + q, e + q, q, 180, 270), line((0.66, e))
                ),
                line((0, top), (0.64, top)),
            ],
            [],
        ),
        "w": (
            WEIGHT + 4 * m,
            [
                join(line((e, 1)), arc(e + m, e + m, m, 180, 360), line((e + 2 * m, 1))),
                join(
                    line((e + 2 * m, 1)), arc(e + 3 * m, e + m, m, 180, 360), line((e + 4 * m, 1))
                ),
            ],
            [],
        ),
        " ": (0.42, [], []),
    }


def _figures():
    """Return {digit: (width, strokes, polygons)}, all 0.9 wide and FIGURE_HEIGHT high."""
    h, e = FIGURE_HEIGHT, EDGE
    w, top = 0.9 - EDGE, FIGURE_HEIGHT - EDGE
    big, c = 0.45 - EDGE, 0.45
    small = (h / 2 - EDGE) / 2
    return {
        "0": [
            join(
                arc(c, top - big, big, 0, 180), arc(c, e + big, big, 180, 360), line((w, top - big))
            )
        ],
        "1": [line((0.16, top - 0.28), (0.52, top), (0.52, 0))],
        "2": [join(arc(c, top - big, big, 170, -38), line((e + 0.02, e), (0.88, e)))],
        "3": [
            join(
                line((0.06, top), (0.78, top), (0.4, 0.86)),
                arc(0.43, e + 0.4, 0.41, 78, -155, radius_y=0.4),
            )
        ],
        "4": [line((0.62, 0), (0.62, top), (e, 0.42), (0.94, 0.42))],
        "5": [
            join(
                line((0.82, top), (0.2, top), (0.14, 0.86)),
                arc(0.42, e + 0.42, 0.41, 130, -150, radius_y=0.42),
            )
        ],
        "6": [
            arc(c, e + big, big, 0, 365),
            join(arc(c + 0.55, e + big, 0.9, 180, 122, radius_y=1.12)),
        ],
        "7": [line((0.03, top), (0.8, top), (0.3, 0))],
        "8": [
            arc(c, top - small + 0.02, small - 0.02, 0, 365, radius_y=small - 0.02),
            arc(c, e + small, big, 0, 365, radius_y=small),
        ],
        "9": [
            arc(c, top - big, big, 0, 365),
            join(arc(c - 0.55, top - big, 0.9, 0, -58, radius_y=1.12)),
        ],
    }


GLYPHS = _letters() | {digit: (0.9, strokes, []) for digit, strokes in _figures().items()}


def text_width(text, tracking):
    """Return the width of `text` in x-heights, with `tracking` between the letters."""
    return sum(GLYPHS[letter][0] + tracking for letter in text) - tracking


def draw_text(ax, text, x, baseline, size, colour, tracking=0.2, weight=WEIGHT):
    """Draw `text` from `x`, with x-height `size` in pixels, and return where it ends."""
    for letter in text:
        width, strokes, polygons = GLYPHS[letter]
        for stroke in strokes:
            ax.plot(
                x + size * stroke[:, 0],
                baseline - size * stroke[:, 1],
                color=colour,
                linewidth=points(weight * size),
                solid_capstyle="butt",
                snap=False,
                solid_joinstyle="round" if letter.isdigit() else "miter",
            )
        for polygon in polygons:
            corners = np.column_stack([x + size * polygon[:, 0], baseline - size * polygon[:, 1]])
            ax.add_patch(Polygon(corners, facecolor=colour, linewidth=0))
        x += size * (width + tracking)
    return x - size * tracking
