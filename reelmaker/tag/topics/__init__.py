"""Topics that many customers raise and no problem covers."""
