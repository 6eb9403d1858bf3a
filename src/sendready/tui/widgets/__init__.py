"""Small parts: each takes a snapshot or a value, posts messages, and knows nothing of AWS."""
