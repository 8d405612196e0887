"""Servers, browsers, processes and schedulers to test against."""
