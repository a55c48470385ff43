"""The triage screen: its queue, the open point and all that stands beside it. Queries and plain values; what changes is in services."""
