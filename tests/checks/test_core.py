"""What the checks are made of: blanks, numbers, and what is said of a function that fails."""

import numpy as np
import pytest

from helpers.checks import core
from helpers.checks.core import Wrong

here = "a name from outside"


def only_dots(a, b=1): ...


def with_docstring(a):
    """Return something, some day."""


def inner():
    def uses_a_closure():
        """Return something."""
        ...

    return uses_a_closure


def returns_dots():
    return ...


@pytest.mark.parametrize("blank", [only_dots, with_docstring, inner(), returns_dots, lambda: None])
def test_a_function_without_a_body_is_blank(blank):
    assert core.is_blank(blank)


class HalfWritten:
    """Something, some day."""

    def __len__(self):
        return 3

    def __getitem__(self, i):
        """Return a sample."""
        ...


class Written:
    def __len__(self):
        return 3


def test_a_class_is_blank_as_long_as_one_of_its_methods_is():
    assert core.is_blank(HalfWritten)
    assert not any(map(core.is_blank, (Written, dict, object, Wrong)))


def test_a_function_may_change_what_is_not_copied():
    given = []
    assert core.call(lambda seen: seen.append(1) or 5, given, copied=False) == 5 and given == [1]


def returns_without_value(a):
    print(a)


@pytest.mark.parametrize(
    "answered", [returns_without_value, lambda: 5, lambda: here, len, np.hypot, dict, inner]
)
def test_a_function_with_a_body_is_no_blank(answered):
    assert not core.is_blank(answered)


@pytest.mark.parametrize("answered", [0, 0.0, "", [], {}, False, np.zeros(0), np.array([None])])
def test_what_is_wrong_or_empty_is_no_blank(answered):
    assert not core.is_blank(answered)


@pytest.mark.parametrize(
    ("answer", "right", "said"),
    [
        ([1, 2], [[1, 2]], "shape (1, 2) expected, yours is shape (2,)"),
        ([7], 7, "one number expected, yours is shape (1,)"),
        (7, [7, 7], "shape (2,) expected, yours is one number"),
        ([1, 2, 4], [1, 2, 3], "1 of 3 numbers is not right, the first at [2]"),
        ([[1, 2], [3]], [1, 2], "equally long"),
        (["1", "2"], [1, 2], "text"),
        ([True, False], [1, 0], "True or False"),
        ([1, np.nan], [1, 2], "1 of 2 numbers is NaN"),
        ([], [1], "empty"),
    ],
)
def test_numbers_must_agree_in_shape_and_in_all_places(answer, right, said):
    with pytest.raises(Wrong) as wrong:
        core.compare(answer, right)
    assert said in str(wrong.value)


def test_a_hint_comes_before_the_shape():
    with pytest.raises(Wrong, match="a row too many"):
        core.compare([1, 2, 3], [1, 2], {"a row too many": [1, 2, 3]})


def test_numbers_of_every_form_are_accepted():
    for answer in (
        [1, 2],
        (1.0, 2.0),
        np.float32([1, 2]),
        np.uint8([1, 2]),
        np.array([1, 2 + 1e-9]),
    ):
        core.compare(answer, [1, 2])


def fails(signal):
    return signal[7]


def test_an_error_is_told_with_what_caused_it():
    with pytest.raises(Wrong) as wrong:
        core.try_out(fails, np.sum, [(np.array([1, 2]),)])
    said = str(wrong.value)
    assert said.startswith("your function stops with IndexError: index 7 is out of bounds")
    assert "signal = [1, 2]" in said


def changes_its_input(signal):
    signal += 1
    return signal


def test_what_is_given_to_a_function_stays_as_it_is():
    given = np.array([1, 2])
    with pytest.raises(Wrong, match="changes the array"):
        core.try_out(changes_its_input, lambda signal: signal + 1, [(given,)])
    assert given.tolist() == [1, 2]


def test_a_list_and_what_is_in_it_stay_as_they_are():
    for spoil in (list.pop, list.reverse, lambda given: given[0][0].fill(7)):
        given = [(np.array([1, 2]), 3), (np.array([4]), 5)]
        with pytest.raises(Wrong, match="changes the array"):
            core.call(lambda samples, spoil=spoil: spoil(samples) or 1, given)
        assert core.call(lambda samples: [image + 1 for image, _ in samples], given)


def test_another_seed_draws_other_cases():
    drawn = []

    @core.check
    def judge(answer, rng):
        drawn.append(rng.random())

    for seed in (0, 0, 7):
        assert judge(1, seed=seed)
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_verdict_shows_nothing_twice(capsys):
    verdict = core.check(lambda answer: "as you said")(1)
    verdict._ipython_display_()
    assert capsys.readouterr().out == "Right: as you said.\n" and verdict
