"""Python imports this at its start: every program that a test starts has its network closed as well."""

from qa.closed_network import close_network

close_network()
