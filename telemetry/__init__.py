"""What the service tells of itself: logs, metrics and traces. The lowest layer: it knows nothing of the graph."""
