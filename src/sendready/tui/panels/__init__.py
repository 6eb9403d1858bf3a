"""One panel a stage: it shows a snapshot and asks for things to be done; it does nothing itself."""
