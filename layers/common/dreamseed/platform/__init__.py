"""The durable plumbing: what must not be lost is a row before it is anything else.

outbox        events leave in the transaction that caused them
inbox         a second delivery of one does nothing
idempotency   a repeated request gets the stored reply
jobs          long work: a lease, progress events, stored step results
relay         outbox rows → queues, until every consumer has acknowledged
sockets       who listens to which job
"""
