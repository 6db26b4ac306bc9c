"""Who people are: sign-in, sign-out, the published keys."""
