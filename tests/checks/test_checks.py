"""Every check refuses typical mistakes with hints of their own, and accepts what is right.

The answers stand in tests/checks/NAME_answers.py for helpers/checks/NAME.py: RIGHT is
{check: [answers]}, WRONG is {check: [(answer, words of the hint)]}.
"""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

from helpers import checks

MODULES = sorted({module.name for module in pkgutil.iter_modules(checks.__path__)} - {"core"})
CHECKS, RIGHT, WRONG = {}, {}, {}
for module in MODULES:
    answers = importlib.import_module(f"tests.checks.{module}_answers")
    RIGHT.update(answers.RIGHT)
    WRONG.update(answers.WRONG)
    for thing in vars(importlib.import_module(f"helpers.checks.{module}")).values():
        if hasattr(thing, "is_check"):
            CHECKS[f"{module}.{thing.__name__}"] = thing
NAMED = pytest.mark.parametrize("name", CHECKS)
MISTAKES = [(name, n) for name in CHECKS for n in range(len(WRONG.get(CHECKS[name], ())))]


@NAMED
def test_three_mistakes_and_two_right_answers_are_listed(name):
    hints = {hint for _, hint in WRONG.get(CHECKS[name], ())}
    assert len(hints) >= 3 and len(RIGHT.get(CHECKS[name], ())) >= 2


def test_every_answer_belongs_to_a_check():
    assert set(RIGHT) == set(WRONG) == set(CHECKS.values())


@NAMED
def test_right_answers_of_every_form_are_accepted(name):
    check = CHECKS[name]
    for answer in RIGHT[check]:
        for seed in (0, 1, 2) if is_drawn(check) else (0,):
            verdict = check(answer, seed=seed)
            assert verdict, verdict.message


@pytest.mark.parametrize(("name", "n"), MISTAKES)
def test_a_mistake_gets_its_own_hint(name, n):
    check = CHECKS[name]
    answer, hint = WRONG[check][n]
    for seed in (0, 1, 2) if is_drawn(check) else (0,):
        verdict = check(answer, seed=seed)
        assert verdict.right is False
        assert hint in verdict.message
        assert [h for _, h in WRONG[check] if h in verdict.message] == [hint]


@NAMED
def test_a_check_says_what_it_found(name, capsys):
    verdict = CHECKS[name](RIGHT[CHECKS[name]][0])
    assert capsys.readouterr().out.endswith(verdict.message + "\n")


@NAMED
@pytest.mark.parametrize("blank", [..., None, [..., 1], [[1, None]], {"a": ...}], ids=str)
def test_a_blank_is_not_answered_yet(name, blank):
    verdict = CHECKS[name](blank)
    assert verdict.right is None and not verdict and verdict.message == "Not answered yet."


RUBBISH = ["text", "", 7, -1.5, True, 1j, [], [[]], {}, {"a": 1}, object, np.nan, np.inf, [np.nan]]
RUBBISH += [np.zeros((3, 3)), np.zeros((0, 3)), [[1], [1, 2]], b"bytes", {1, 2}, np.array("text")]


@NAMED
@pytest.mark.parametrize("rubbish", RUBBISH, ids=repr)
def test_rubbish_is_refused_without_an_error(name, rubbish):
    for answer in (rubbish, lambda *given: rubbish):
        verdict = CHECKS[name](answer)
        assert verdict.right is False and verdict.message.startswith("Not yet: ")


@NAMED
def test_a_right_answer_with_one_thing_spoilt_is_refused(name):
    """Partly right, NaN in one place, one dimension more, or only nearly right."""
    check = CHECKS[name]
    right = RIGHT[check][0]
    if isinstance(right, dict):
        for key in right:
            assert check({**right, key: "nothing"}).right is False
            assert check({k: value for k, value in right.items() if k != key}).right is False
        return
    for spoil in SPOILERS:
        if inspect.isfunction(right):
            assert check(lambda *given, spoil=spoil: spoil(right(*given))).right is False
        else:
            assert check(spoil(right)).right is False


def last_replaced(value):
    def replace(answer):
        answer = np.array(answer, dtype=float)
        answer.flat[-1] = value
        return answer

    return replace


SPOILERS = [
    last_replaced(np.nan),
    last_replaced(-9.5),
    lambda answer: np.asarray(answer)[..., None],
]
SPOILERS += [lambda answer: np.asarray(answer) * 1.01, lambda answer: np.zeros_like(answer)]


def is_drawn(check):
    """Whether a check tries a function on random cases."""
    return "rng" in inspect.signature(check).parameters
