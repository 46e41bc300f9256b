"""One evening on air: what wires the rooms together, in the order of the picture, and what is decided between them."""
