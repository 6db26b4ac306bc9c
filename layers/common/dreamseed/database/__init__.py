"""PostgreSQL: one engine per process, one tenant per transaction, and tables that cannot be read across tenants.

ids           UUIDv7 keys
roles         the six roles and what each is for
engine        the process's connection, made on first use
hot           statements of the hot path, run by the driver
transaction   tenant and system transactions; one retry on a broken connection
schema        `tenant_table`: how a table is declared
migration     the same table, built by a migration with its policies and grants
migrate       bring a database to the newest version
"""
