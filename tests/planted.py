"""Take a function over from a lesson with a mistake planted in it."""

from helpers.lesson_code import definitions, lesson_path


def planted(lesson, name, right, wrong, place=None):
    """Return a lesson's function, made anew with a piece of source replaced.

    Args:
        lesson, name: as for `from_lesson`.
        right, wrong: the piece of source and what stands there instead.
        place: the definition that holds it, if that is another one that `name` needs.
    """
    place = place or name
    sources = definitions(lesson_path(lesson), {name, place})
    old = [source for names, source in sources if place in names]
    assert any(right in source for source in old), f"{right!r} is not in {place}"
    scope = {"__name__": "planted"}
    for names, source in sources:
        exec(source.replace(right, wrong) if place in names else source, scope)
    return scope[name]
