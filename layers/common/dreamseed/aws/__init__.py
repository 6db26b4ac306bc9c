"""The adapters for AWS, and the only place where boto3 is imported: on first use, never with the module."""
