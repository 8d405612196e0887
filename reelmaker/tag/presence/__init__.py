"""Whether a problem is raised at all, and which sentences are surely about it: in absolute terms, one problem at a
time.
"""
