"""Checks for the exercises of lesson 04."""

import numpy as np

from helpers.checks.core import Wrong, call, check, compare, compare_named, numbers, try_out

# The layer of the pencil: two channels of 3 x 3, one kernel of 2 x 2 x 2, and its bias.
CHANNELS = np.array([[[1, 0, 2], [3, 1, 0], [0, 2, 1]], [[0, 1, 0], [2, 0, 1], [1, 3, 0]]])
SLICES = np.array([[[1, 2], [0, -1]], [[2, 0], [-1, 1]]])
BIAS = -1


def _layer(x, W, b, stride=1):
    """Return a convolution layer's z (n, rows, columns, maps); W is (k, k, channels, maps)."""
    k = W.shape[0]
    rows, columns = ((size - k) // stride + 1 for size in x.shape[1:3])
    z = np.zeros((len(x), rows, columns, W.shape[3])) + b
    for u in range(k):
        for v in range(k):
            down, right = u + stride * rows, v + stride * columns
            z += x[:, u:down:stride, v:right:stride] @ W[u, v]
    return z


@check
def by_hand(answers):
    """One kernel with two slices on two channels, then ReLU, then pooling."""
    x, W = np.moveaxis(CHANNELS, 0, -1)[None], np.moveaxis(SLICES, 0, -1)[..., None]

    def z(channels=slice(None), b=BIAS, kernel=W):
        return _layer(x[..., channels], kernel[:, :, channels], b)[0, :, :, 0]

    right = z()
    pooled = np.maximum(right, 0)
    hints = {
        "map": (
            right,
            {
                "the bias is missing": z(b=0),
                "the bias was added once for each channel; a kernel has one": z(b=2 * BIAS),
                "this is channel 0 only; one kernel looks at all channels and adds up": z([0]),
                "this is channel 1 only; one kernel looks at all channels and adds up": z([1]),
                "the kernel was turned; a layer of a network lays it on as it is": z(
                    kernel=W[::-1, ::-1]
                ),
                "the slices changed places": z(kernel=W[:, :, ::-1]),
                "one kernel makes one map, not one for each channel": [z([0]), z([1])],
            },
        ),
        "relu": (
            pooled,
            {
                "there is still a negative number in it": right,
                "ReLU makes 0 of a negative number, not its absolute value": np.abs(right),
            },
        ),
        "max": (
            pooled.max(),
            {
                "this is their mean; max pooling takes the largest": pooled.mean(),
                "pooling makes one number of the four": np.full((2, 2), pooled.max()),
                "this is their sum": pooled.sum(),
            },
        ),
        "average": (
            pooled.mean(),
            {
                "this is the largest": pooled.max(),
                "pool what ReLU gives, not what it gets": right.mean(),
                "divide by all four: the zeros count too": pooled.sum() / np.count_nonzero(pooled),
            },
        ),
    }
    compare_named(answers, hints)


@check
def table(answers):
    """Shapes, parameters, multiplications and the receptive field of a small network."""
    bias = "each kernel has a bias, too"
    hints = {
        "conv 1": ([30, 30, 8], {"nothing is padded: how far can a window of 3 move?": [32, 32, 8],
                                 "the channels of the result are the kernels": [30, 30, 3]}),
        "pool": ([15, 15, 8], {"pooling treats each map by itself: their number stays": [15, 15, 4],
                               "here the windows do not overlap: the stride is 2": [29, 29, 8]}),
        "conv 2": ([7, 7, 16], {"this is with stride 1": [13, 13, 16],
                                "one position more than steps": [6, 6, 16],
                                "a window that reaches over the end does not count": [8, 8, 16]}),
        "flatten": (784, {"flatten takes all maps, not only one": 49,
                          "flatten multiplies the three numbers": 30}),
        "parameters 1": (224, {bias: 216, "a kernel is as deep as its input: three colours": 80,
                               "that is one bias for the whole layer": 217}),
        "parameters 2": (1168, {bias: 1152, "a kernel is as deep as its input: eight maps": 160,
                                "its input is no colour picture any more": 448}),
        "parameters dense": (7850, {"each unit has a bias, too": 7840,
                                    "its input is the flattened row": 170}),
        "multiplications": (194_400, {"each weight is used at every position of the window": 216,
                                      "there are 30 x 30 positions, not 32 x 32": 221_184,
                                      "a bias is added, not multiplied": 201_600}),
        "receptive field": (8, {"behind the pooling each step is two pixels long": 6,
                                "that is what a unit of the pooling sees": 4,
                                "a unit of conv 2 covers three neighbours, and they overlap": 12,
                                "the stride of conv 2 itself does not count yet: it moves the"
                                " window, and does not widen it": 10}),
    }  # fmt: skip
    compare_named(answers, hints)


@check
def max_pool(function, rng):
    """Max pooling of 2 x 2 with stride 2; an odd row or column at the end is left out."""
    cases = [(_distinct(rng, shape),) for shape in [(1, 4, 4, 1), (2, 4, 6, 3)]]
    odd = [(_distinct(rng, shape),) for shape in [(2, 5, 7, 2), (1, 3, 2, 1)]]
    cases += [(-1 - rng.random((1, 2, 4, 2)),)]

    def windows(x):
        n, rows, columns, maps = x.shape
        x = x[:, : rows // 2 * 2, : columns // 2 * 2]
        return x.reshape(n, rows // 2, 2, columns // 2, 2, maps)

    def right(x):
        return windows(x).max(axis=(2, 4))

    def every_step(x):
        return np.max(
            [x[:, u : u - 1 or None, v : v - 1 or None] for u in (0, 1) for v in (0, 1)], 0
        )

    def torn(x):
        n, rows, columns, maps = x.shape
        return x.reshape(n, rows // 2, columns // 2, 2, 2, maps).max(axis=(3, 4))

    def positive(x):
        return np.maximum(right(x), 0)

    try_out(
        function,
        right,
        cases,
        {
            "this is the mean of each window": lambda x: windows(x).mean(axis=(2, 4)),
            "this is the top left number of each window": lambda x: x[:, ::2, ::2],
            "the maps are pooled together; each should be pooled by itself": lambda x: right(x).max(
                axis=3, keepdims=True
            ),
            "the windows overlap: they should move by 2": every_step,
            "the numbers are torn apart: `reshape` takes them in the order of memory, so rows come"
            " before columns, and a window's two rows stand apart": torn,
            "a window of negative numbers has a negative maximum: where does your 0 come"
            " from?": positive,
        },
    )
    for (x,) in odd:
        try:
            compare(call(function, x), right(x))
        except Wrong as wrong:
            raise Wrong(
                f"with {x.shape[1]} x {x.shape[2]} pixels, where one is left over: {wrong}"
            ) from None


def _distinct(rng, shape):
    """Positive whole numbers, none of them twice."""
    return 1.0 + rng.permutation(np.prod(shape)).reshape(shape)


@check
def convolution(function, rng):
    """A convolution layer with channels, kernels, biases and a stride."""
    cases = []
    for n, size, k, channels, maps, stride in [
        (1, 4, 2, 2, 1, 1), (2, 5, 3, 2, 3, 1), (2, 7, 3, 3, 2, 2), (1, 6, 3, 1, 2, 2),
        (2, 5, 5, 2, 2, 1),
    ]:  # fmt: skip
        x = rng.integers(0, 5, (n, size, size + (k < 5), channels)).astype(float)
        W = rng.integers(-3, 4, (k, k, channels, maps)).astype(float)
        W[0, 0], W[-1, -1] = 4, 2  # no kernel that reads the same backwards
        cases.append((x, W, np.arange(1.0, maps + 1), stride))
    cases += [(rng.normal(size=(1, 5, 5, 2)), rng.normal(size=(2, 2, 2, 2)), rng.normal(size=2), 3)]
    try_out(
        function,
        _layer,
        cases,
        {
            "the bias is missing": lambda x, W, b, stride: _layer(x, W, 0 * b, stride),
            "each map has its own bias; yours all have the first": lambda x, W, b, stride: _layer(
                x, W, b[:1], stride
            ),
            "the bias was added once for each channel": lambda x, W, b, stride: _layer(
                x, W, x.shape[3] * b, stride
            ),
            "the kernel was turned; a layer lays it on the window as it is": lambda x, W, b, stride: (
                _layer(x, W[::-1, ::-1], b, stride)
            ),
            "rows and columns of the kernel changed places": lambda x, W, b, stride: _layer(
                x, W.swapaxes(0, 1), b, stride
            ),
            "this is channel 0 only: add up all of them": lambda x, W, b, stride: _layer(
                x[..., :1], W[:, :, :1], b, stride
            ),
            "the stride is not used: this is the layer with stride 1": lambda x, W, b, stride: (
                _layer(x, W, b)
            ),
            "the windows do not begin where they should: window i starts at pixel i * stride": (
                lambda x, W, b, stride: _layer(x, W, b)[
                    :, : (x.shape[1] - len(W)) // stride + 1, : (x.shape[2] - len(W)) // stride + 1
                ]
            ),
        },
    )


@check
def conv_kernels(function, rng):
    """Kernels (maps, channels, k, k) as Keras wants them: (k, k, channels, maps)."""

    def right(W):
        return W.transpose(2, 3, 1, 0)

    cases = [
        (rng.permutation(np.prod(shape)).reshape(shape).astype(float),)
        for shape in [(2, 3, 2, 2), (3, 2, 3, 3), (3, 3, 3, 3), (1, 1, 2, 2)]
    ]
    try_out(
        function,
        right,
        cases,
        {
            "the shape is right and the numbers are mixed up: `reshape` only cuts the same row of"
            " numbers anew, it never changes their order": lambda W: W.reshape(right(W).shape),
            "rows and columns of each kernel changed places": lambda W: W.T,
            "the first two axes should be rows and columns of a kernel; yours are still those of"
            " the other library": lambda W: W,
            "channels and kernels changed places: Keras has the kernels last": lambda W: (
                W.transpose(2, 3, 0, 1)
            ),
        },
    )


@check
def dense_weights(function, rng):
    """Rows of W (features, units), flattened channels first, in the order of channels last."""

    def right(W, height, width, channels):
        W = W.reshape(channels, height, width, -1).transpose(1, 2, 0, 3)
        return W.reshape(height * width * channels, -1)

    cases = []
    for height, width, channels, units in [(2, 3, 2, 1), (3, 2, 4, 3), (2, 2, 2, 2), (1, 1, 3, 2)]:
        features = height * width * channels
        W = rng.permutation(features * units).reshape(features, units).astype(float)
        cases.append((W, height, width, channels))
    try_out(
        function,
        right,
        cases,
        {
            "these are the rows as they were: row 1 belongs to another number of the maps"
            " now": lambda W, *sizes: W,
            "this is the way back, from channels last to channels first": lambda W, h, w, c: (
                W.reshape(h, w, c, -1).transpose(2, 0, 1, 3).reshape(W.shape)
            ),
            "rows and columns of the maps changed places": lambda W, h, w, c: (
                W.reshape(c, h, w, -1).transpose(2, 1, 0, 3).reshape(W.shape)
            ),
            "the order is right; now make the first three axes one again": lambda W, h, w, c: (
                W.reshape(c, h, w, -1).transpose(1, 2, 0, 3)
            ),
        },
    )


@check
def windows(answers):
    """One large window against several small ones, and two kernels that merge into one."""
    both = "count the weights of all three layers"
    hints = {
        "one 7 x 7": (12_560, {"each kernel has a bias, too": 12_544,
                               "a kernel is as deep as its input: sixteen maps": 800,
                               "there are sixteen kernels": 785}),
        "three 3 x 3": (6960, {"each kernel has a bias, too": 6912, f"{both}": 2320,
                               "a kernel is as deep as its input: sixteen maps": 480}),
        "field": (7, {"the windows overlap: each layer adds 2, one pixel on each side": 9,
                      "this is what two of them see": 5}),
        "layers": (16, {"the first layer sees 3, each further one 2 more": 11,
                        "that many see 31 pixels": 15, "that many see 35 pixels": 17}),
        "merged": ([1, 2, -1, -2, 0], {
            "this is the second kernel slid over the first, which reads one of them"
            " backwards": [-1, -2, 1, 2, 0],
            "this is the mirrored result": [0, -2, -1, 2, 1],
            "these are the products of equal places; how wide is what both see together?": [1, 0, 0],
            "these are the sums of equal places; how wide is what both see together?": [2, 2, -1]}),
    }  # fmt: skip
    compare_named(answers, hints)


@check
def edge_kernels(kernels):
    """Six kernels (5, 5, 1, 6) that look for edges in six directions, as Keras lays them on."""
    kernels = numbers(kernels)
    if kernels.shape != (5, 5, 1, 6):
        if kernels.shape == (6, 5, 5):
            raise Wrong("shape (5, 5, 1, 6) expected: Keras has the kernels last, and a channel"
                        " before them")  # fmt: skip
        raise Wrong(f"shape (5, 5, 1, 6) expected, yours is {kernels.shape}")
    flat = kernels.reshape(25, 6)
    if np.abs(flat.sum(axis=0)).max() > 1e-3:
        raise Wrong("the numbers of each kernel must sum to 0: flat paper is no edge")
    sizes = np.abs(flat).sum(axis=0)
    if np.abs(sizes - 1).max() > 1e-3:
        raise Wrong(f"the absolute values of each kernel must sum to 1; those of yours sum to"
                    f" {sizes[0]:.3g} and so on")  # fmt: skip
    v, u = np.meshgrid(range(-2, 3), range(-2, 3))  # columns to the right, rows downwards
    right, down = v.ravel() @ flat, u.ravel() @ flat
    found = np.degrees(np.arctan2(down, right)) % 360
    wanted = 60.0 * np.arange(6)

    def points(angles):
        return bool(np.all(np.abs((found - angles + 180) % 360 - 180) < 3))

    if points(wanted):
        return
    for hint, angles in {
        "they answer to edges in the opposite direction. Does Keras turn a kernel?": wanted + 180,
        "kernel 0 should rise to the right: `v` is the column, and `u` the row": 90 - wanted,
        "on the way from kernel to kernel the direction turns up, and should turn down": -wanted,
        "your kernels turn by 30 degrees each; six of them make a whole turn": wanted / 2,
    }.items():
        if points(angles):
            raise Wrong(hint)
    shown = ", ".join(f"{angle:.0f}" for angle in found)
    raise Wrong(f"they rise in the directions {shown} degrees; the steps should be 60 degrees")


LIMIT = 10_000


@check
def small_network(make):
    """An untrained convolutional network for digits with at most 10,000 parameters."""
    import keras

    model = call(make)
    if not isinstance(model, keras.Model):
        raise Wrong(f"your function should return a Keras network, not a {type(model).__name__}")
    for name, shape, wanted in [
        ("input", "input_shape", (28, 28, 1)),
        ("output", "output_shape", (10,)),
    ]:
        found = tuple(getattr(model, shape, ()) or ())[1:]
        if found != wanted:
            raise Wrong(f"the {name} of your network has shape {found}; {wanted} is expected")
    if model.count_params() > LIMIT:
        large = max(model.layers, key=lambda layer: layer.count_params())
        raise Wrong(f"it has {model.count_params():,} parameters, {large.count_params():,} of them"
                    f" in {large.name!r}: what makes that layer so large?")  # fmt: skip
    if not any(isinstance(layer, keras.layers.Conv2D) for layer in model.layers):
        raise Wrong("there is no convolution in it")
    x = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1)).astype("float32")
    p = np.asarray(model(x))
    if p.min() < 0 or not np.allclose(p.sum(axis=1), 1, atol=1e-3):
        raise Wrong("its ten outputs are no probabilities: which activation makes them so?")
    if p.max() > 0.999:
        raise Wrong("before any training it is certain of its answer: what is missing between the"
                    " grey levels 0 to 255 and the first weights?")  # fmt: skip
    return f"{model.count_params():,} parameters"
