"""Small Lambda handlers that the host's tests run."""
