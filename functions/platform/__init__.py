"""The plumbing: events, jobs, sockets, stored objects, and the database's own care."""
