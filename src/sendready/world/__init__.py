"""The adapters to AWS, DNS, disk and time; they implement `model.ports` and only `wiring` imports them."""
