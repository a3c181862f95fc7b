"""Text becomes vectors: encoders, the process they run in, and the job that keeps the graph's vectors current."""
