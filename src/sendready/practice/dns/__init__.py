"""A small internet of name servers on 127.0.0.1: a root, a TLD server, authoritative servers and a resolver.

They are reached over real UDP and TCP. The addresses that delegations speak of are fictional (RFC 5737),
because no delegation can name a port; `DnsServers.map` says where each of them really listens.
"""
