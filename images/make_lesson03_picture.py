"""Make lesson 03's picture: a digit, a network of two dense layers, and its ten probabilities.

Run `python images/make_lesson03_picture.py`.
"""

from digit_reader import draw_reading
from drawing import PAPER, arguments, arrow, canvas, save


def main():
    options = arguments(__doc__, "lesson03.png")
    fig, ax = canvas(640, 360, PAPER)
    draw_reading(fig, ax, 7, 30, 20, layers=(9, 14, 10), arrow=arrow)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
