"""Standard rationales: which there are, what comes in their places, and which texts nearly say the same."""
