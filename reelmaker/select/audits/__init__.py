"""The audit of a count: an estimate from a random sample of customers that people checked."""
