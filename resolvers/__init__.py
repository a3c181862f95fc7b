"""Who may do it, which operation, what comes back."""
