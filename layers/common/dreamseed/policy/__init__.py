"""Who may do what: the adapters that evaluate `policies/`, in this process or by an Open Policy Agent server."""
