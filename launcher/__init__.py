"""What `./sidecast` does before, around and after the show. Standard library only: it runs before anything is installed.

`main.py` is the place to start reading; `setup.py` lists the steps in their order.
"""
