"""Communities that can be imported into the graph: the demo, and real public data."""
