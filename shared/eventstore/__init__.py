"""The event store. `events` is all that a domain needs and touches no database; `store` keeps events in commit order
and loads many waiting streams in one query; `committer` turns many waiting commands into one round trip; `repository`
runs a command."""
