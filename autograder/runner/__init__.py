"""Processes that run student code: forked from a preloaded one, shut in, trusted with nothing. `handle` is the way in."""
