"""From moments to what is told of them: for now, the count as a check by people estimates it."""
