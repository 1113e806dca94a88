"""engineroom trains neural networks and can tell you why every weight moved."""
