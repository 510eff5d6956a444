"""What the checks of the exercises are made of.

A check is a function decorated with `check` that raises `Wrong` with a teacher's hint where an
answer is wrong. `compare` judges numbers, `try_out` a function, `choose` a choice among words.
"""

import contextlib
import copy
import dis
import functools
import inspect
from dataclasses import dataclass

import numpy as np

RTOL, ATOL = 1e-4, 1e-6  # answers in float32 or rounded to six digits are right


class Wrong(Exception):
    """What is wrong with an answer: a sentence without its last full stop."""


@dataclass(frozen=True)
class Verdict:
    """What a check found: `right` is True, False, or None where there was no answer yet."""

    right: bool | None
    message: str

    def __bool__(self):
        return self.right is True

    def _ipython_display_(self):
        """Show nothing: the check has printed the message already."""


def check(judge):
    """Make a check of a function that raises Wrong for a wrong answer.

    The check prints its verdict and returns it. If `judge` has a parameter `rng`, it is given a
    generator, made from the check's own keyword `seed`. A string that `judge` returns is said
    after "Right".
    """
    needs_rng = "rng" in inspect.signature(judge).parameters

    @functools.wraps(judge)
    def checked(*answers, seed=0):
        verdict = _verdict(
            judge, answers, {"rng": np.random.default_rng(seed)} if needs_rng else {}
        )
        print(verdict.message)
        return verdict

    checked.is_check = True
    return checked


def _verdict(judge, answers, options):
    if any(map(is_blank, answers)):
        return Verdict(None, "Not answered yet.")
    try:
        remark = judge(*answers, **options)
    except Wrong as wrong:
        return Verdict(False, _sentence(f"Not yet: {wrong}"))
    return Verdict(True, _sentence(f"Right: {remark}" if remark else "Right"))


def _sentence(words):
    return words if words.endswith("?") else f"{words}."


def is_blank(answer):
    """Whether this is `...` or None, holds one of them, or is code whose body is `...`.

    A class is blank as long as one of its methods is.
    """
    if isinstance(answer, dict):
        return any(map(is_blank, answer.values()))
    if isinstance(answer, (list, tuple)):
        return any(map(is_blank, answer))
    if inspect.isclass(answer):
        return any(map(_does_nothing, filter(inspect.isfunction, vars(answer).values())))
    if inspect.isfunction(answer):
        return _does_nothing(answer)
    return answer is None or answer is ...


def _does_nothing(function):
    """Whether the function only returns None or `...`, whatever its docstring."""
    steps = [step for step in dis.get_instructions(function) if step.opname not in _IDLE]
    returned = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    names = {step.opname for step in steps}
    return names <= {"LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"} and returned[-1] in (None, ...)


_IDLE = {"RESUME", "NOP", "COPY_FREE_VARS", "MAKE_CELL", "CACHE", "EXTENDED_ARG"}


def numbers(answer):
    """Return an answer as an array of floats.

    Raises:
        Wrong: it is text, truth values, rows of different lengths, empty, NaN or infinite.
    """
    try:
        array = np.asarray(answer)
    except Exception:
        raise Wrong("numbers are expected; are all rows of yours equally long?") from None
    if array.dtype.kind not in "iuf":
        kinds = {"b": "True or False", "U": "text", "S": "text", "c": "complex"}
        raise Wrong(
            f"numbers are expected, yours is {kinds.get(array.dtype.kind, 'something else')}"
        )
    if not array.size:
        raise Wrong(f"numbers are expected, yours is empty: its shape is {array.shape}")
    if not np.isfinite(array).all():
        bad = np.count_nonzero(~np.isfinite(array))
        raise Wrong(f"{_some(bad, array.size)} NaN or infinite")
    return array.astype(float)


def compare(answer, right, mistakes=None, rtol=RTOL, atol=ATOL):
    """Accept an answer that is these numbers in this shape, and nothing else.

    Args:
        mistakes: {hint: what a typical mistake gives}.

    Raises:
        Wrong: with the hint of the mistake, or else what differs.
    """
    found, right = numbers(answer), np.asarray(right, dtype=float)
    if _agree(found, right, rtol, atol):
        return
    for hint, mistaken in (mistakes or {}).items():
        if _agree(found, np.asarray(mistaken, dtype=float), rtol, atol):
            raise Wrong(hint)
    if found.shape != right.shape:
        raise Wrong(f"{_shape(right)} expected, yours is {_shape(found)}")
    if not right.ndim:
        raise Wrong("this number is not right")
    off = np.argwhere(~np.isclose(found, right, rtol, atol))
    place = ", ".join(map(str, off[0]))
    raise Wrong(f"{_some(len(off), right.size)} not right, the first at [{place}]")


def _agree(found, right, rtol, atol):
    return found.shape == right.shape and np.allclose(found, right, rtol, atol)


def _some(count, size):
    return f"{count} of {size} numbers {'is' if count == 1 else 'are'}"


def _shape(array):
    return f"shape {array.shape}" if array.ndim else "one number"


def call(function, *given, copied=True):
    """Return what a learner's function makes of these arguments.

    Args:
        copied: whether it gets copies; not where it is meant to change what it is given.

    Raises:
        Wrong: it stops with an error, returns nothing, or changes what it was given.
    """
    if not callable(function):
        raise Wrong("a function is expected; give its name, without brackets behind it")
    copies = copy.deepcopy(given) if copied else given
    try:
        result = function(*copies)
    except Exception as error:
        said = f"{type(error).__name__}: {error}".strip(": .")
        raise Wrong(f"your function stops with {said}{_told(function, given)}") from None
    if result is None:
        raise Wrong("your function returns nothing: is there a `return` at its end?")
    if is_blank(result):
        raise Wrong("your function returns `...`: a line of it is still blank")
    if not all(map(_unchanged, copies, given)):
        raise Wrong("your function changes the array that it is given: let it work on a copy")
    return result


def _unchanged(now, before):
    if isinstance(before, np.ndarray):
        with_nan = before.dtype.kind == "f"
        return now.dtype == before.dtype and np.array_equal(now, before, equal_nan=with_nan)
    if isinstance(before, (list, tuple)):
        return len(now) == len(before) and all(map(_unchanged, now, before))
    if isinstance(before, dict):
        return list(now) == list(before) and _unchanged(list(now.values()), list(before.values()))
    if hasattr(before, "detach"):  # a tensor of PyTorch
        return before.equal(now)
    return now is before or not isinstance(before, (int, float, str)) or now == before


def try_out(function, reference, cases, mistakes=None, **tolerance):
    """Accept a function that gives what `reference` gives, for each case.

    Args:
        cases: tuples of arguments, random ones first: a mistake is recognised by its result.
        mistakes: {hint: the function with a typical mistake}.
    """
    for given in cases:
        result = call(function, *given)
        try:
            compare(result, reference(*copy.deepcopy(given)), **tolerance)
        except Wrong as wrong:
            for hint, mistaken in (mistakes or {}).items():
                if _gives(mistaken, given, result):
                    raise Wrong(hint) from None
            raise Wrong(f"{wrong}{_told(function, given)}") from None


def _gives(mistaken, given, result):
    """Whether a function with a mistake, which may even stop here, gives this result."""
    with contextlib.suppress(Exception):
        compare(result, mistaken(*copy.deepcopy(given)))
        return True
    return False


def _told(function, given):
    """Say with which arguments a function was called."""
    try:
        names = list(inspect.signature(function).parameters)
    except ValueError:  # some functions written in C do not tell
        names = []
    names += [f"argument {number}" for number in range(len(names) + 1, len(given) + 1)]
    return ".\nThis was with " + ", ".join(
        f"{name} = {_short(value)}" for name, value in zip(names, given)
    )


def _short(value):
    if not isinstance(value, np.ndarray):
        return repr(value) if len(repr(value)) < 200 else f"a {type(value).__name__}"
    if value.size > 40:
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    text = np.array2string(value, precision=3, separator=", ").replace("\n", "")
    return text if value.dtype.kind == "f" else f"{text} ({value.dtype})"


@contextlib.contextmanager
def about(name):
    """Say of which part of an answer it is, where it is wrong."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong(f"{name}: {wrong}") from None


def choose(answer, right, hints):
    """Accept the right one of several words.

    Args:
        hints: {wrong word: what to say to it}.
    """
    words = sorted([right, *hints])
    word = answer.strip().lower() if isinstance(answer, str) else None
    if word not in words:
        raise Wrong(f"answer with one of these words: {', '.join(map(repr, words))}")
    if word != right:
        raise Wrong(hints[word])


def named(answers, names):
    """Return the answers of a dict that has just these names.

    Raises:
        Wrong: it is no dict, or lacks some.
    """
    if not isinstance(answers, dict) or set(answers) != set(names):
        raise Wrong(f"a dict with these keys is expected: {', '.join(map(repr, names))}")
    return [answers[name] for name in names]


def compare_named(answers, expected, **tolerance):
    """Accept a dict of numbers; a hint says to which of them it belongs.

    Args:
        expected: {name: (right, mistakes)}, as `compare` takes them.
    """
    for name, answer in zip(expected, named(answers, expected)):
        with about(repr(name)):
            compare(answer, *expected[name], **tolerance)
