"""What the console must refuse and what it must answer, and how fast it streams."""
