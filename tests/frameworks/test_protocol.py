import numpy as np
import pytest

from helpers.frameworks import layouts, protocol


def test_the_weights_are_glorots_and_the_same_every_time():
    weights, again = protocol.initial_weights(), protocol.initial_weights()
    for layer, (kernel, bias) in weights.items():
        assert kernel.shape == protocol.SHAPES[layer] and kernel.dtype == np.float32
        assert bias.shape == kernel.shape[-1:] and not bias.any()
        assert np.array_equal(kernel, again[layer][0])
    limit = np.sqrt(6 / (25 * 1 + 25 * 6))
    assert 0.9 * limit < np.abs(weights["conv1"][0]).max() < limit
    assert not np.array_equal(weights["conv1"][0], protocol.initial_weights(9)["conv1"][0])


def test_lenet_has_61706_parameters():
    assert sum(k.size + b.size for k, b in protocol.initial_weights().values()) == 61706


def test_batches_follow_one_order_and_drop_the_last_smaller_one(digits):
    assert digits.steps == 3
    seen = np.concatenate([digits.order[step * 128 : (step + 1) * 128] for step in range(3)])
    assert len(set(seen)) == 3 * 128
    images, labels = digits.batch(1)
    assert images.shape == (128, 28, 28) and images.dtype == np.float32 and labels.dtype == np.int64
    chosen = digits.order[128:256]
    assert np.array_equal(labels, digits.y_train[chosen])
    assert np.array_equal(images, digits.x_train[chosen].astype(np.float32) / np.float32(255))


def test_sixty_thousand_images_make_468_steps():
    images, labels = np.zeros((60000, 1, 1), np.uint8), np.zeros(60000, np.uint8)
    assert protocol.Digits(images, labels, images[:1], labels[:1]).steps == 468


def test_digits_come_back_from_a_file(digits, tmp_path):
    digits.save(tmp_path / "digits.npz")
    again = protocol.Digits.load(tmp_path / "digits.npz")
    assert again.digest() == digits.digest() and np.array_equal(again.order, digits.order)


def test_the_digest_tells_other_digits_apart(digits):
    other = digits.x_train.copy()
    other[0, 0, 0] ^= 1
    changed = protocol.Digits(other, digits.y_train, digits.x_test, digits.y_test)
    assert changed.digest() != digits.digest()


@pytest.mark.parametrize("conv", ["OIHW", "HWIO", "OHWI"])
def test_a_convolution_kernel_keeps_its_numbers_in_any_order(conv):
    weights = protocol.initial_weights()
    kernel = layouts.convert(weights, conv=conv)["conv2"][0]
    place = {"H": 1, "W": 2, "I": 3, "O": 4}
    assert kernel[tuple(place[axis] for axis in conv)] == weights["conv2"][0][1, 2, 3, 4]


def test_rows_of_the_first_full_layer_follow_the_flattened_maps():
    weights = protocol.initial_weights()
    maps = np.random.default_rng(0).normal(size=(3, 5, 5, 16)).astype(np.float32)
    by_pixel = maps.reshape(3, 400) @ weights["dense1"][0]
    by_map = maps.transpose(0, 3, 1, 2).reshape(3, 400)
    kernel = layouts.convert(weights, flatten="CHW", dense="out, in")["dense1"][0]
    assert kernel.shape == (120, 400)
    assert np.allclose(by_map @ kernel.T, by_pixel, atol=1e-6)
    wrong = layouts.convert(weights, dense="out, in")["dense1"][0]
    assert np.abs(by_map @ wrong.T - by_pixel).max() > 0.1


def test_the_second_full_layer_has_no_order_of_flattening():
    weights = protocol.initial_weights()
    assert np.array_equal(
        layouts.convert(weights, flatten="CHW")["dense2"][0], weights["dense2"][0]
    )


def test_flip_turns_every_kernel_by_180_degrees():
    weights = protocol.initial_weights()
    turned = layouts.convert(weights, flip=True)["conv2"][0]
    assert np.array_equal(turned, weights["conv2"][0][::-1, ::-1])
    assert np.array_equal(np.rot90(weights["conv2"][0], 2, axes=(0, 1)), turned)


def test_nothing_is_changed_in_place():
    weights = protocol.initial_weights()
    converted = layouts.convert(weights)
    converted["conv1"][0][...] = 0
    assert weights["conv1"][0].any()
