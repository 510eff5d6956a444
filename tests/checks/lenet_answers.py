"""Right and wrong answers to the exercises of lesson 04."""

import numpy as np
from scipy.signal import correlate

from helpers import from_lesson
from helpers.checks import lenet as check

solved = from_lesson(
    "solutions/04_lenet",
    *("max_pool", "convolution", "conv_kernels", "dense_weights", "make_small"),
)

BY_HAND = {"map": [[-3, 6], [8, -4]], "relu": [[0, 6], [8, 0]], "max": 8, "average": 3.5}
TABLE = {"conv 1": [30, 30, 8], "pool": [15, 15, 8], "conv 2": [7, 7, 16], "flatten": 784}
TABLE.update({"parameters 1": 224, "parameters 2": 1168, "parameters dense": 7850})
TABLE.update({"multiplications": 194_400, "receptive field": 8})
WINDOWS = {"one 7 x 7": 12_560, "three 3 x 3": 6960, "field": 7, "layers": 16}
WINDOWS["merged"] = [1, 2, -1, -2, 0]


def arrays(answers):
    return {name: np.array(answer, dtype=float) for name, answer in answers.items()}


def pool_by_loop(x, function=np.max, step=2):
    n, rows, columns, maps = x.shape
    return [
        [
            [
                [function(x[p, i : i + 2, j : j + 2, m]) for m in range(maps)]
                for j in range(0, columns - 1, step)
            ]
            for i in range(0, rows - 1, step)
        ]
        for p in range(n)
    ]


def pool_with_the_rest(x):
    """A window that hangs over the end also gives a number."""
    x = np.pad(x, [(0, 0), (0, x.shape[1] % 2), (0, x.shape[2] % 2), (0, 0)], mode="edge")
    return pool_by_loop(x)


def pool_torn_apart(x):
    n, rows, columns, maps = x.shape
    return x.reshape(n, rows // 2, columns // 2, 4, maps).max(axis=3)


def pool_from_zero(x):
    return np.maximum(pool_by_loop(x), 0)


def pool_everything(x):
    return np.max(pool_by_loop(x), axis=3, keepdims=True)


def layer_by_scipy(x, W, b, stride):
    z = [
        sum(correlate(one[..., c], W[..., c, m], "valid") for c in range(x.shape[3])) + b[m]
        for one in x
        for m in range(len(b))
    ]
    z = np.reshape(z, (len(x), len(b), *z[0].shape))
    return np.moveaxis(z, 1, -1)[:, ::stride, ::stride]


def layer_by_keras(x, W, b, stride):
    import keras

    return np.asarray(keras.ops.conv(x, W, strides=stride)) + b


def layer(change):
    """A right layer whose W, or anything else, is changed before."""
    return lambda *given: layer_by_scipy(*change(*given))


def dense_by_loop(W, height, width, channels):
    rows = []
    for i in range(height):
        for j in range(width):
            rows += [W[(c * height + i) * width + j] for c in range(channels)]
    return rows


def dense_reordered(W, height, width, channels, order, back=False):
    sizes = (height, width, channels) if back else (channels, height, width)
    return W.reshape(*sizes, -1).transpose(*order, 3).reshape(W.shape)


def eyes(start=0.0, step=np.pi / 3, turned=1, scale=True, swap=False, zero=True):
    """Six edge kernels as in the solution, or with one thing wrong."""
    u, v = np.mgrid[-2:3, -2:3]
    u, v = (v, u) if swap else (u, v)
    kernels = np.zeros((5, 5, 1, 6))
    for m in range(6):
        t = start + step * m
        kernel = turned * (np.cos(t) * v + np.sin(t) * u) + (0 if zero else 1)
        kernels[:, :, 0, m] = kernel / np.abs(kernel).sum() if scale else kernel
    return kernels


def bars():
    """Prewitt's kind of kernels, not planes: a step in the middle."""
    u, v = np.mgrid[-2:3, -2:3]
    kernels = [
        np.sign(np.round(np.cos(t) * v + np.sin(t) * u, 9)) for t in np.arange(6) * np.pi / 3
    ]
    return np.stack([k / np.abs(k).sum() for k in kernels], axis=-1)[:, :, None]


def network(*hidden, shape=(28, 28, 1), outputs=10, activation="softmax", scale=True):
    """Return a function that makes a small network, as asked for or with one thing wrong."""

    def make():
        import keras
        from keras import layers

        made = [layers.Rescaling(1 / 255)] if scale else []
        for kind, number in hidden:
            if kind == "conv":
                made += [layers.Conv2D(number, 5, activation="relu"), layers.MaxPooling2D(2)]
            elif kind == "dense":
                made += [layers.Flatten(), layers.Dense(number, activation="relu")]
        made += [layers.Flatten(), layers.Dense(outputs, activation=activation, name="output")]
        return keras.Sequential([keras.Input(shape), *made])

    return make


def make_functional():
    import keras
    from keras import layers

    x = inputs = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(x)
    for maps in (8, 16, 24):
        x = layers.Conv2D(maps, 3, strides=2, padding="same", activation="relu")(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(layers.Flatten()(x)))


CONVS = ("conv", 4), ("conv", 8)
RIGHT = {
    check.by_hand: [BY_HAND, arrays(BY_HAND)],
    check.table: [TABLE, arrays(TABLE), {**TABLE, "conv 1": (30, 30, 8)}],
    check.max_pool: [solved.max_pool, pool_by_loop],
    check.convolution: [solved.convolution, layer_by_scipy, layer_by_keras],
    check.conv_kernels: [
        solved.conv_kernels,
        lambda W: np.moveaxis(np.moveaxis(W, 0, -1), 0, -2).astype(np.float32).tolist(),
    ],
    check.dense_weights: [solved.dense_weights, dense_by_loop],
    check.windows: [WINDOWS, arrays(WINDOWS)],
    check.edge_kernels: [eyes(), eyes().astype(np.float32).tolist()],
    check.small_network: [solved.make_small, network(*CONVS), make_functional],
}

WRONG = {
    check.by_hand: [
        ({**BY_HAND, "map": [[-2, 7], [9, -3]]}, "the bias is missing"),
        ({**BY_HAND, "map": [[-4, 5], [7, -5]]}, "once for each channel"),
        ({**BY_HAND, "map": [[-1, 3], [2, -1]]}, "channel 0 only"),
        ({**BY_HAND, "map": [[-3, 2], [5, -4]]}, "channel 1 only"),
        ({**BY_HAND, "map": [[4, 4], [6, 2]]}, "the kernel was turned"),
        ({**BY_HAND, "map": [[1, -2], [6, 2]]}, "the slices changed places"),
        ({**BY_HAND, "map": [[[-1, 3], [2, -1]], [[-3, 2], [5, -4]]]}, "makes one map"),
        ({**BY_HAND, "relu": [[-3, 6], [8, -4]]}, "still a negative number"),
        ({**BY_HAND, "relu": [[3, 6], [8, 4]]}, "not its absolute value"),
        ({**BY_HAND, "max": 3.5}, "max pooling takes the largest"),
        ({**BY_HAND, "max": [[8, 8], [8, 8]]}, "one number of the four"),
        ({**BY_HAND, "max": 14}, "this is their sum"),
        ({**BY_HAND, "average": 8}, "this is the largest"),
        ({**BY_HAND, "average": 1.75}, "pool what ReLU gives"),
        ({**BY_HAND, "average": 7}, "the zeros count too"),
    ],
    check.table: [
        ({**TABLE, "conv 1": [32, 32, 8]}, "nothing is padded"),
        ({**TABLE, "conv 1": [30, 30, 3]}, "channels of the result are the kernels"),
        ({**TABLE, "pool": [15, 15, 4]}, "pooling treats each map"),
        ({**TABLE, "pool": [29, 29, 8]}, "do not overlap"),
        ({**TABLE, "conv 2": [13, 13, 16]}, "with stride 1"),
        ({**TABLE, "conv 2": [6, 6, 16]}, "one position more than steps"),
        ({**TABLE, "conv 2": [8, 8, 16]}, "reaches over the end"),
        ({**TABLE, "flatten": 49}, "not only one"),
        ({**TABLE, "flatten": 30}, "flatten multiplies"),
        ({**TABLE, "parameters 1": 216}, "'parameters 1': each kernel has a bias"),
        ({**TABLE, "parameters 1": 80}, "three colours"),
        ({**TABLE, "parameters 1": 217}, "one bias for the whole layer"),
        ({**TABLE, "parameters 2": 1152}, "'parameters 2': each kernel has a bias"),
        ({**TABLE, "parameters 2": 160}, "eight maps"),
        ({**TABLE, "parameters 2": 448}, "no colour picture any more"),
        ({**TABLE, "parameters dense": 7840}, "each unit has a bias"),
        ({**TABLE, "parameters dense": 170}, "the flattened row"),
        ({**TABLE, "multiplications": 216}, "at every position"),
        ({**TABLE, "multiplications": 221_184}, "not 32 x 32"),
        ({**TABLE, "multiplications": 201_600}, "not multiplied"),
        ({**TABLE, "receptive field": 6}, "each step is two pixels"),
        ({**TABLE, "receptive field": 4}, "a unit of the pooling sees"),
        ({**TABLE, "receptive field": 12}, "and they overlap"),
        ({**TABLE, "receptive field": 10}, "does not widen it"),
    ],
    check.max_pool: [
        (lambda x: pool_by_loop(x, np.mean), "this is the mean"),
        (lambda x: x[:, ::2, ::2], "top left number"),
        (pool_everything, "pooled together"),
        (lambda x: pool_by_loop(x, step=1), "the windows overlap"),
        (pool_torn_apart, "torn apart"),
        (pool_from_zero, "where does your 0 come from"),
        (pool_with_the_rest, "where one is left over"),
    ],
    check.convolution: [
        (layer(lambda x, W, b, s: (x, W, 0 * b, s)), "the bias is missing"),
        (layer(lambda x, W, b, s: (x, W, b[:1].repeat(len(b)), s)), "all have the first"),
        (layer(lambda x, W, b, s: (x, W, x.shape[3] * b, s)), "once for each channel"),
        (layer(lambda x, W, b, s: (x, W[::-1, ::-1], b, s)), "the kernel was turned"),
        (layer(lambda x, W, b, s: (x, W.swapaxes(0, 1), b, s)), "rows and columns"),
        (layer(lambda x, W, b, s: (x[..., :1], W[:, :, :1], b, s)), "channel 0 only"),
        (layer(lambda x, W, b, s: (x, W, b, 1)), "the stride is not used"),
        (
            lambda x, W, b, s: layer_by_scipy(x, W, b, 1)[
                :, : (x.shape[1] - len(W)) // s + 1, : (x.shape[2] - len(W)) // s + 1
            ],
            "window i starts at",
        ),
    ],
    check.conv_kernels: [
        (lambda W: W.reshape(W.transpose(2, 3, 1, 0).shape), "`reshape` only cuts"),
        (lambda W: W.T, "rows and columns of each kernel"),
        (lambda W: W, "those of the other library"),
        (lambda W: W.transpose(2, 3, 0, 1), "channels and kernels changed places"),
    ],
    check.dense_weights: [
        (lambda W, *sizes: W, "the rows as they were"),
        (lambda *given: dense_reordered(*given, (2, 0, 1), back=True), "the way back"),
        (lambda *given: dense_reordered(*given, (2, 1, 0)), "rows and columns of the maps"),
        (
            lambda W, h, w, c: W.reshape(c, h, w, -1).transpose(1, 2, 0, 3),
            "the first three axes",
        ),
    ],
    check.windows: [
        ({**WINDOWS, "one 7 x 7": 12_544}, "'one 7 x 7': each kernel has a bias"),
        ({**WINDOWS, "one 7 x 7": 800}, "'one 7 x 7': a kernel is as deep"),
        ({**WINDOWS, "one 7 x 7": 785}, "there are sixteen kernels"),
        ({**WINDOWS, "three 3 x 3": 6912}, "'three 3 x 3': each kernel has a bias"),
        ({**WINDOWS, "three 3 x 3": 2320}, "of all three layers"),
        ({**WINDOWS, "three 3 x 3": 480}, "'three 3 x 3': a kernel is as deep"),
        ({**WINDOWS, "field": 9}, "each layer adds 2"),
        ({**WINDOWS, "field": 5}, "what two of them see"),
        ({**WINDOWS, "layers": 11}, "each further one 2 more"),
        ({**WINDOWS, "layers": 15}, "see 31 pixels"),
        ({**WINDOWS, "layers": 17}, "see 35 pixels"),
        ({**WINDOWS, "merged": [-1, -2, 1, 2, 0]}, "reads one of them backwards"),
        ({**WINDOWS, "merged": [0, -2, -1, 2, 1]}, "the mirrored result"),
        ({**WINDOWS, "merged": [1, 0, 0]}, "products of equal places"),
        ({**WINDOWS, "merged": [2, 2, -1]}, "sums of equal places"),
    ],
    check.edge_kernels: [
        (eyes(turned=-1), "in the opposite direction"),
        (eyes(swap=True), "`v` is the column"),
        (eyes(step=-np.pi / 3), "turns up"),
        (eyes(step=np.pi / 6), "by 30 degrees"),
        (eyes(scale=False), "must sum to 1"),
        (eyes(zero=False), "must sum to 0"),
        (eyes(start=0.3), "they rise in the directions 17"),
        (np.moveaxis(eyes()[:, :, 0], -1, 0), "Keras has the kernels last"),
        (eyes()[:, :, 0], "yours is (5, 5, 6)"),
    ],
    check.small_network: [
        (network(("conv", 6), ("conv", 16), ("dense", 120)), "what makes that layer so large"),
        (network(("dense", 10)), "no convolution in it"),
        (network(*CONVS, activation=None), "are no probabilities"),
        (network(*CONVS, outputs=9), "the output of your network"),
        (network(*CONVS, shape=(32, 32, 1)), "the input of your network"),
        (network(*CONVS, scale=False), "between the grey levels"),
        (lambda: [1, 2], "not a list"),
    ],
}
