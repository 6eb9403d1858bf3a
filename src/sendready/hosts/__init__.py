"""The companies that host DNS: how their name servers are called, the words of their forms, and their quirks."""

from sendready.hosts.entry import Entry, Field, entry
from sendready.hosts.registry import Form, Host, all_hosts, host_of, host_seen, name_field, place

__all__ = ["Entry", "Field", "Form", "Host", "all_hosts", "entry", "host_of", "host_seen", "name_field", "place"]
