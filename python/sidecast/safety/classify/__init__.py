"""Small classifiers of our own: how likely a text is hateful, or an attempt to talk the host out of its role."""
