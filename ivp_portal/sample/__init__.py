"""The sample: a region, two municipalities and their plans, so that a newcomer has something to look at and something to do."""
