"""What a function may reach outside itself, each behind one small protocol with one adapter per platform.

grants     the address of what the function declared, or MissingGrant
blobs      objects under the tenant's own prefix         files, S3
queues     messages                                      SQS
workflows  state machine executions and their tasks      Step Functions
batch      long jobs in processes of their own           AWS Batch
sockets    open WebSocket connections                    API Gateway's @connections
secrets    named secrets                                 files, Secrets Manager
mail       e-mail                                        files, SES
audit_sink a copy of the audit log                       our log, files, Kinesis, Kafka's REST proxy
callers    who is behind an access token                 identity's tokens
"""
