"""Films made and films measured."""
