"""AWS, synthesised from the plan by `python -m infra.cdk`, without Docker, an account or a network.

app.py                 one deployment = two stacks, by how long what is in them lives
├─ data_stack.py       keeps what must never be lost:  keys.py network.py database.py buckets.py secrets.py
└─ application_stack.py replaced at every deployment:  queues.py functions.py triggers.py http_api.py socket_api.py
                                                       workflows.py batch.py delivery.py alarms.py
grants.py              the one place where a grant becomes an address and a permission
packaging.py           the files that functions, layers and the container image are made of
acknowledged.py        findings of the security checks that we accept, each with its reason
"""
