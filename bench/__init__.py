"""Figures measured beside NumPy, PyTorch, JAX and scikit-learn, in the same run: `make bench`."""
