"""helpers.standin: MNIST's shapes, real variety, and no original on both sides."""

import numpy as np
import pytest
from scipy import ndimage

from helpers import standin
from helpers.standin import make_standin, sample, vary


@pytest.fixture(scope="module")
def made():
    return make_standin()


def test_shapes_and_types_are_those_of_mnist_and_the_classes_are_mixed(made):
    for (images, labels), count in zip(made, (60000, 10000)):
        assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
        assert (labels.shape, labels.dtype) == ((count,), np.uint8)
        shares = np.bincount(labels, minlength=10) / count
        assert 0.09 < shares.min() <= shares.max() < 0.11
        assert np.bincount(labels[:1000], minlength=10).min() > 60


def test_images_look_like_mnist_to_a_network(made):
    # MNIST: mean 0.131, standard deviation 0.308, 81% of the pixels black, a black rim.
    images = made[0][0]
    assert 0.1 < images.mean() / 255 < 0.16
    assert 0.27 < images.std() / 255 < 0.34
    assert (images == 0).mean() > 0.65
    assert images.max() == 255
    assert images[:, [0, -1]].mean() < 1
    assert images[:, :, [0, -1]].mean() < 1


def test_images_differ_and_are_recognisable(made):
    from sklearn.neighbors import KNeighborsClassifier

    (x_train, y_train), (x_test, y_test) = made
    assert len(np.unique(x_test.reshape(10000, -1), axis=0)) == 10000
    nearest = KNeighborsClassifier(1).fit(x_train[:5000].reshape(-1, 784), y_train[:5000])
    assert nearest.score(x_test[:500].reshape(-1, 784), y_test[:500]) > 0.93


def test_no_original_gives_both_training_and_test_images(monkeypatch):
    def coded(images):
        """Images whose left and right halves carry the number of the original."""
        numbers = np.arange(len(images))
        result = np.empty((len(images), 28, 28), np.float32)
        result[:, :, :14] = (numbers // 50)[:, None, None]
        result[:, :, 14:] = (numbers % 50)[:, None, None]
        return result

    middle = np.full((2, 1797), 13.5, np.float32)
    monkeypatch.setattr(standin, "enlarge", coded)
    monkeypatch.setattr(standin, "centres_of_mass", lambda images: middle)
    (train, _), (test, _) = make_standin()
    seen_train, seen_test = (
        set(images[:, 14, 6].astype(int) * 50 + images[:, 14, 21]) for images in (train, test)
    )
    assert len(seen_train | seen_test) == 1797
    assert not seen_train & seen_test
    assert 440 < len(seen_test) < 460


def test_sample_is_bilinear_as_in_scipy():
    rng = np.random.default_rng(0)
    images = np.pad(rng.uniform(0, 255, (3, 24, 24)), ((0, 0), (2, 2), (2, 2))).astype(np.float32)
    chosen = np.array([2, 0, 2, 1])
    matrices, shifts = standin.random_maps(4, rng)
    middles = 13.5 + 3 * shifts
    result = sample(images, chosen, matrices, middles)
    for k, original in enumerate(chosen):
        matrix = matrices[:, :, k].astype(float)
        expected = ndimage.affine_transform(
            images[original],
            matrix,
            offset=middles[:, k] - matrix @ [13.5, 13.5],
            order=1,
            mode="nearest",
        )
        np.testing.assert_allclose(result[k], expected, atol=0.05)


def test_variations_stay_within_their_bounds():
    matrices, shifts = standin.random_maps(5000, np.random.default_rng(0))
    assert np.abs(shifts).max() <= 1
    scales = 1 / np.sqrt(np.linalg.det(np.moveaxis(matrices, 2, 0)))
    assert 0.92 <= scales.min() < 0.93
    assert 1.07 < scales.max() <= 1.08
    angles = np.rad2deg(np.arctan2(matrices[1, 0], matrices[0, 0]))
    assert 7.5 < np.abs(angles).max() <= 8.001


def test_without_variation_a_digit_is_only_centred(monkeypatch):
    for name in ("ANGLE", "SCALE", "SHEAR", "SHIFT"):
        monkeypatch.setattr(standin, name, 0.0)
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 4:8, 5:9] = 200  # its centre of mass is at row 5.5, column 6.5
    centres = standin.centres_of_mass(image)
    np.testing.assert_allclose(centres[:, 0], [5.5, 6.5])
    varied = vary(image, centres, np.array([0]), np.random.default_rng(0))
    np.testing.assert_array_equal(varied[0], np.roll(image[0], (8, 7), (0, 1)))


def test_the_same_seed_gives_the_same_images():
    images = standin.enlarge(np.random.default_rng(1).integers(0, 17, (5, 8, 8)))
    centres = standin.centres_of_mass(images)
    chosen = np.arange(1200) % 5
    one, same, other = (
        vary(images, centres, chosen, np.random.default_rng(seed)) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any(axis=(1, 2)).all()
