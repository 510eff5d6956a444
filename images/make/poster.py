"""Make the poster of the course: one circle, seen in nine ways, under the course's name.

Run `python -m images.make.poster`; add `--scale 6 --out poster_print.png` for a large print.
"""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Circle, Polygon, Rectangle, Wedge
from matplotlib.path import Path

from images.make.drawing import INK, PAPER, SKY, arguments, canvas, points, save
from images.make.lettering import draw_text, text_width
from images.make.planet import lit_planet

WIDTH, HEIGHT = 600, 800
MARGIN, TOP = 48, 210
TILE = 168
SIDE = 3 * TILE
CENTRE = (MARGIN + SIDE / 2, TOP + SIDE / 2)
RADIUS = SIDE / 2
SEED = 33
RINGS = [2, 20, 4, 18, 7, 15, 11, 12, 15, 9, 20, 6, 26, 4, 300]  # pixels, from the rim inwards

# Lessons compute with the poster's pixels: it keeps its own blue, yellow and red.
BLUE, YELLOW, VERMILLION = "#0b3c7d", "#f0c419", "#d9480f"
PHOTO = LinearSegmentedColormap.from_list(
    "photo", ["#071330", "#0b2a5e", "#8c331f", "#d9480f", "#f08a3c", "#f7c873", "#fff3d6"]
)


def main():
    options = arguments(__doc__, "poster.png")
    planet = lit_planet(np.random.default_rng(SEED), int(SIDE * max(2, options.scale)))
    fig, ax = canvas(WIDTH, HEIGHT)
    draw_title(ax)
    draw_rings(ax, 0, 0)
    draw_disc(ax, tile(ax, 0, 1, YELLOW), VERMILLION)
    draw_photo(ax, 0, 2, planet)
    draw_stripes(ax, 1, 0)
    draw_star(ax, 1, 1)
    draw_pixels(ax, 1, 2, planet)
    draw_hatching(ax, 2, 0)
    draw_fan(ax, 2, 1)
    draw_triangle(ax, 2, 2)
    draw_digits(ax)
    save(fig, options.out, options.scale)


def draw_title(ax):
    size = SIDE / text_width("frameworks", 0.2)
    draw_text(ax, "filters to", MARGIN, 110, size, INK)
    draw_text(ax, "frameworks", MARGIN, 184, size, INK)


def draw_digits(ax):
    size = 17
    pitch = (SIDE - 0.9 * size) / 9
    for digit in range(10):
        draw_text(ax, str(digit), MARGIN + digit * pitch, 760, size, INK, weight=0.2)


def corner(row, column):
    """Return the top left corner of a tile, in pixels."""
    return MARGIN + column * TILE, TOP + row * TILE


def tile(ax, row, column, colour):
    """Paint the ground of one tile and return it, to cut off what is drawn inside."""
    ground = Rectangle(corner(row, column), TILE, TILE, facecolor=colour, linewidth=0)
    return ax.add_patch(ground)


def inside(ax, ground, *patches):
    """Draw patches, cut off at the edges of their tile."""
    for patch in patches:
        ax.add_patch(patch)
        patch.set_clip_path(ground)


def disc(radius, colour):
    return Circle(CENTRE, radius, facecolor=colour, linewidth=0)


def disc_in_tile(row, column):
    """Return the outline of the part of the disc that lies in one tile, as a Path."""
    x, y = corner(row, column)
    angle = np.linspace(0, 2 * np.pi, 1441)
    across = np.clip(CENTRE[0] + RADIUS * np.cos(angle), x, x + TILE)
    down = np.clip(CENTRE[1] + RADIUS * np.sin(angle), y, y + TILE)
    return Path(np.column_stack([across, down]))


def draw_disc(ax, ground, colour):
    inside(ax, ground, disc(RADIUS, colour))


def draw_rings(ax, row, column):
    """Curved lines of every thickness: thick ones of paper give way to thick ones of blue."""
    ground = tile(ax, row, column, PAPER)
    radius = RADIUS
    for number, width in enumerate(RINGS):
        inside(ax, ground, disc(radius, (BLUE, PAPER)[number % 2]))
        radius -= width


def draw_stripes(ax, row, column):
    """Level lines, each a little thicker than the one above."""
    ground = tile(ax, row, column, SKY)
    draw_disc(ax, ground, INK)
    x, y = corner(row, column)
    for number, width in enumerate(np.linspace(1.5, 14, 9)):
        inside(ax, ground, Rectangle((x, y + 8 + 18 * number), TILE, width, color=SKY, lw=0))


def draw_star(ax, row, column, rays=36):
    """Rays that meet in the centre: edges of every direction, as fine as pixels allow."""
    ground = tile(ax, row, column, PAPER)
    for start in np.arange(rays) * 360 / rays:
        end = start + 180 / rays
        inside(ax, ground, Wedge(CENTRE, RADIUS, start, end, facecolor=INK, linewidth=0))


def draw_photo(ax, row, column, planet):
    """A part of the planet as a photograph, cut off at the disc."""
    tile(ax, row, column, INK)
    picture = show_in_tile(ax, row, column, part_of(planet, row, column), "antialiased")
    picture.set_clip_path(disc_in_tile(row, column), ax.transData)


def draw_pixels(ax, row, column, planet, count=10):
    """The same planet as a few large pixels: those whose middle lies in the disc."""
    tile(ax, row, column, INK)
    part = part_of(planet, row, column)
    side = len(part) // count
    means = part[: side * count, : side * count].reshape(count, side, count, side).mean((1, 3))
    x, y = corner(row, column)
    middles = (np.arange(count) + 0.5) * TILE / count
    distance = np.hypot(x + middles - CENTRE[0], (y + middles - CENTRE[1])[:, None])
    show_in_tile(ax, row, column, np.ma.masked_where(distance > RADIUS, means), "nearest")


def part_of(planet, row, column):
    """Return the part of the planet that lies behind one tile."""
    step = len(planet) // 3
    return planet[row * step : (row + 1) * step, column * step : (column + 1) * step]


def show_in_tile(ax, row, column, grey, interpolation):
    """Show an array of brightness 0..1 in the colours of the photograph, over a whole tile."""
    x, y = corner(row, column)
    look = {"cmap": PHOTO, "vmin": 0, "vmax": 1, "interpolation": interpolation, "zorder": 1}
    picture = ax.imshow(grey, extent=(x, x + TILE, y + TILE, y), **look)
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    return picture


def draw_hatching(ax, row, column):
    """Slanting lines over the disc, in one direction and in the other."""
    ground = tile(ax, row, column, VERMILLION)
    draw_disc(ax, ground, PAPER)
    x, y = corner(row, column)
    curve = disc_in_tile(row, column)
    for number in range(24):
        width, start = 2 + number * 0.35, x - TILE + number * 14
        line = Polygon(
            [
                (start, y),
                (start + width, y),
                (start + width + TILE, y + TILE),
                (start + TILE, y + TILE),
            ]
        )
        line.set(facecolor=INK, linewidth=0)
        ax.add_patch(line)
        line.set_clip_path(curve, ax.transData)


def draw_fan(ax, row, column, sun=44):
    """Hairlines that spread from half a sun to the rim of the disc."""
    ground = tile(ax, row, column, BLUE)
    x, y = corner(row, column)
    middle = np.array([x + TILE / 2, y])
    inside(ax, ground, Circle(middle, sun, facecolor=YELLOW, linewidth=0))
    for angle in np.radians(np.arange(6, 175, 7)):
        direction = np.array([np.cos(angle), np.sin(angle)])
        ends = np.transpose([middle + (sun + 12) * direction, middle + 2 * TILE * direction])
        (line,) = ax.plot(*ends, color=PAPER, linewidth=points(1.6))
        line.set_clip_path(disc_in_tile(row, column), ax.transData)


def draw_triangle(ax, row, column):
    ground = tile(ax, row, column, VERMILLION)
    draw_disc(ax, ground, YELLOW)
    x, y = corner(row, column)
    inside(ax, ground, Polygon([(x, y), (x + TILE / 2, y), (x, y + TILE / 2)], color=INK, lw=0))


if __name__ == "__main__":
    main()
