"""Who people are: organisations, users, roles, and the tokens they sign in with."""
