"""Worker processes: native and heavy engines run here, so that their crash or hang never stops the picture.

`process.py` is the parent's side, `child.py` the child's (`python -m sidecast.worker MODULE:FACTORY [OPTIONS]`),
`pipe.py` the frames between them. Use it for any engine that blocks, may crash, or holds one global state per process.
Do not use it for code that is quick and pure.

Nothing is imported here: the child imports this package too, and must be ready quickly.
"""
