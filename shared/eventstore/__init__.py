"""The event store. `events` is all that a domain needs and touches no database; `store` keeps events in commit order;
`committer` and `loader` turn many waiting commands into one round trip; `repository` runs a command."""
