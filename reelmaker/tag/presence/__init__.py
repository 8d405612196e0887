"""Whether a problem is there at all, and what is surely about it: in absolute terms, one problem at a time."""
