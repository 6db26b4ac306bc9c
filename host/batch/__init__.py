"""AWS Batch for this machine: jobs are processes, run a few at a time.

jobs   the queue, the processes, their ends
api    what boto3's `batch` client speaks
"""
