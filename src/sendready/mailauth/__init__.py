"""Mail authentication records read and judged: pure functions over TXT strings and an async lookup."""
