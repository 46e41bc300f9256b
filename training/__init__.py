"""What is run to make the weights that Sidecast ships; not part of the co-host itself."""
