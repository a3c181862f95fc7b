"""What happens after a write: each server process takes events from the outbox and has them handled."""
