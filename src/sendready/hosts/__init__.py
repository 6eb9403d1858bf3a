"""The companies that host DNS: how their name servers are called, the words of their forms, and their quirks."""

from sendready.hosts.entry import Entry, Field, entry
from sendready.hosts.registry import Form, Host, all_hosts, field_for_names, host_of, host_seen, place

__all__ = ["Entry", "Field", "Form", "Host", "all_hosts", "entry", "field_for_names", "host_of", "host_seen", "place"]
