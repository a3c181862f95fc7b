"""The documentation, and what writes the pages that follow from the code."""
