"""The catalogue: each check is a small function over an observation; `registry` runs them all."""
