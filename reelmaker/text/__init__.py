"""Fonts, shaping, reading direction, line breaks, caption cues."""
