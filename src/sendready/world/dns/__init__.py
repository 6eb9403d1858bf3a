"""DNS as an expert asks it: at the servers that are responsible, never at a resolver for what may not exist yet."""
