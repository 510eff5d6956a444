"""Make the README's picture: the poster, its edges, and a digit that a network reads.

Run `python images/make_course_picture.py`.
"""

import numpy as np
from digit_reader import draw_reading
from drawing import HERE, PAPER, arguments, arrow, canvas, inset, plt, poster_in_grey, save
from scipy.signal import convolve2d

SOBEL_X = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])


def edges(image):
    """Return the strength of the edges of a grey image, of its shape."""
    across, down = (
        convolve2d(image, kernel, mode="same", boundary="symm") for kernel in (SOBEL_X, SOBEL_X.T)
    )
    return np.hypot(across, down)


def main():
    options = arguments(__doc__, "course.png")
    fig, ax = canvas(1280, 420, PAPER)
    inset(fig, 30, 30, 270, 360).imshow(
        plt.imread(HERE / "poster.png"), interpolation="antialiased"
    )
    strength = edges(poster_in_grey())
    inset(fig, 345, 30, 270, 360).imshow(strength, cmap="gray", vmax=3, interpolation="antialiased")
    arrow(ax, 309, 210)
    draw_reading(fig, ax, 4, 665, 50, arrow=arrow)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
