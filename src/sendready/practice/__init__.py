"""Local SES, Route 53, SNS, SQS, STS and DNS servers on 127.0.0.1: the road without an account, a domain or a network.

A set of servers and nothing else: it implements no port of ours and is reached over real HTTP and DNS, exactly as
AWS and the name servers are. Its behaviour comes from what AWS publishes, not from a real account.
"""
