"""Train one Keras network several times, from several seeds."""


def start_afresh(model, make, seed):
    """Give a compiled model the first weights of a new one, and its optimiser a new beginning.

    Keras keeps some memory of every network that was trained, whatever is deleted; one that is
    trained again takes no more.

    Args:
        model: a compiled Keras model that `make` made.
        make: returns an untrained model of the same shapes.
        seed: of the new weights, and of all that training draws afterwards.
    """
    import keras  # here, so that lessons without it can import the helpers

    keras.utils.set_random_seed(seed)
    model.set_weights(make().get_weights())
    optimiser = model.optimizer
    if not optimiser.built:
        optimiser.build(model.trainable_variables)
    for variable in optimiser.variables:  # its step count and running means
        if variable is not optimiser.learning_rate:  # a number is kept; a schedule is none of these
            variable.assign(keras.ops.zeros_like(variable))
