"""What moves: look, judge, plan, change, wait, prove; async generators of events over the ports of `model`."""
