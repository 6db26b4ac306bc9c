"""The function host: DreamSeed's functions, with everything that they need, on one machine.

    python -m host up       PostgreSQL, LocalStack, pools of real Lambda runtimes, HTTP and WebSocket gateway

See `host/main.py` for how the parts are put together.
"""
