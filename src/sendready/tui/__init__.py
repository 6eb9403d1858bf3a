"""The wizard: the same engine as the command line, full-screen; it has no logic of its own."""
