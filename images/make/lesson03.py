"""Make lesson 03's picture: a digit, a network 784-512-10, and its ten probabilities.

Of the nines that the network reads rightly, the one that it is least sure of is shown.

Run `python -m images.make.lesson03`.
"""

from images.make.digit_reader import (
    column,
    draw_bars,
    draw_digit,
    draw_dots,
    draw_layers,
    label,
    read_digits,
)
from images.make.drawing import arguments, arrow, canvas, save

WIDTH, HEIGHT = 1000, 380
TOP, TALL = 30, 280  # of the network
DIGIT = 9


def main():
    options = arguments(__doc__, "lesson03.png")
    readings = read_digits()
    shown = readings.right(DIGIT)[0]
    fig, ax = canvas(WIDTH, HEIGHT)
    draw_digit(ax, readings.images[shown], 40, TOP + 30, 220)
    arrow(ax, 283, TOP + TALL / 2, 34)
    inputs, units = (column(x, TOP, TALL, 12, gap=True) for x in (360, 530))
    outputs = column(700, TOP, TALL, 10)
    draw_layers(ax, [inputs, units, outputs], DIGIT)
    for x in (360, 530):
        draw_dots(ax, x, TOP + TALL / 2)
    draw_bars(ax, readings.probabilities[shown], outputs[:, 1], 722, 150)
    texts = ["28 x 28 pixels", "784 inputs", "512 units", "10 outputs", "probabilities"]
    for x, text in zip([150, 360, 530, 690, 835], texts):
        label(ax, x, 345, text)
    save(fig, options.out, options.scale)


if __name__ == "__main__":
    main()
