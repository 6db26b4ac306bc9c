"""Adapters that need nothing but this machine: blobs and secrets in files."""
