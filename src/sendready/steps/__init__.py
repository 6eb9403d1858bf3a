"""What each stage of the road wants to find, and what it would change where it does not find it."""
