"""Publishers beside Route 53: dynamic updates, and the providers of octoDNS."""
