"""What earlier decisions would say of a point: learnt, measured and shown (docs/algorithm.md)."""
