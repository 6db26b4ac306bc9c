"""The HTTP frame around every function: who calls, may they, how large, how often, and what an error looks like."""
