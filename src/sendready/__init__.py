"""Gets a domain to send through Amazon SES, and keeps it sending."""

__version__ = "0.1.0"
