"""The one place where weights change from one memory order into another. NumPy only."""

MAPS = (5, 5, 16)  # rows, columns, maps that the first full layer flattens
OURS = {"conv": "HWIO", "dense": "in, out", "flatten": "HWC"}


def convert(weights, conv="HWIO", dense="in, out", flatten="HWC", flip=False):
    """Return weights of `protocol.initial_weights` in the order that a framework wants.

    Args:
        weights: {layer: (kernel, bias)} in the orders of OURS.
        conv: the axes of a convolution's kernel, such as "OIHW".
        dense: "in, out", or "out, in" for a full layer stored transposed.
        flatten: "HWC", or "CHW" for a framework that flattens map by map.
        flip: whether to turn every convolution kernel by 180 degrees, for a framework that turns
            it back.
    """
    converted = {}
    for layer, (kernel, bias) in weights.items():
        if kernel.ndim == 4:
            kernel = kernel[::-1, ::-1] if flip else kernel
            kernel = kernel.transpose([OURS["conv"].index(axis) for axis in conv])
        else:
            if layer == "dense1":
                kernel = rows_in_order(kernel, flatten)
            kernel = kernel.T if dense == "out, in" else kernel
        converted[layer] = (kernel.copy(), bias.copy())
    return converted


def rows_in_order(kernel, flatten):
    """Return the rows of the first full layer's kernel, one per flattened pixel, reordered."""
    cube = kernel.reshape(*MAPS, -1)  # (5, 5, 16, 120)
    return cube.transpose([*map(OURS["flatten"].index, flatten), 3]).reshape(kernel.shape)
