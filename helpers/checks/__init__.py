"""Checks for the exercises in notebooks/exercises/, one module for each lesson.

    from helpers.checks import filters as check

    check.convolve_row(my_function)

prints "Right", or what is wrong, or "Not answered yet", and returns a Verdict, which is true only
for a right answer: `assert check.convolve_row(my_function, seed=7)` grades it on other random
cases. The parts that checks are made of stand in core.py.
"""
