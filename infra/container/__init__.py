"""What runs in the container image beside the layers: the processes that Lambda's own service runs on AWS."""
