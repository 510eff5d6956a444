import keras
import numpy as np
import pytest
from keras import layers

from helpers.trials import start_afresh


def make():
    return keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(2)])


def trained(model, x, y):
    model.fit(x, y, batch_size=4, epochs=2, verbose=0)
    return model.get_weights()


@pytest.mark.parametrize("falling", [True, False])
def test_the_second_training_is_that_of_a_new_network(falling):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 2))

    def compiled():
        rate = keras.optimizers.schedules.CosineDecay(0.05, 8) if falling else 0.05
        model = make()
        model.compile(keras.optimizers.Adam(learning_rate=rate), loss="mse")
        return model

    used, new = compiled(), compiled()
    start_afresh(used, make, seed=1)
    first = trained(used, x, y)
    start_afresh(used, make, seed=2)
    second = trained(used, x, y)
    start_afresh(new, make, seed=2)
    for a, b, other in zip(second, trained(new, x, y), first):
        assert np.allclose(a, b, atol=1e-6)
        assert not np.allclose(a, other)
