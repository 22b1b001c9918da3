"""A made-up London council as its HR system would export it: dirty, with the truth beside it.

The same seed and size give the same bytes on every machine and every Python from 3.11 on.
"""
