"""uploads/ and responses.csv -> responses."""
