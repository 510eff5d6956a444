"""One LeNet in every framework: a protocol, one small file per framework, and what runs them.

`protocol` fixes data, batches, initial weights and rate; `layouts` turns weights from one memory
order into another; each `*_lenet.py` is one framework in its own words; `measure` runs one of them
in a process of its own, and `runner` starts those processes and collects their rows.

Everything but the `*_lenet.py` files needs NumPy alone (and runs on Python 3.9 and NumPy 1.19), as
the old frameworks live in environments of their own.
"""
