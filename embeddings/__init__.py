"""Text into vectors, and keeping the vectors of the graph fresh."""
