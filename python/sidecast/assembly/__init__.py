"""Pieces of a show that take more than a line to put together; `assemble.py` calls them."""
