"""The version of the numerics contract."""

# Stored in every run. It changes when any bit that training computes could change.
NUMERICS = 1
