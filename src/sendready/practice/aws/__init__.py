"""The practice AWS: seven services over HTTP, read and written by botocore's own service models."""
