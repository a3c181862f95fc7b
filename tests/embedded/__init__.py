"""Tests of the embedded server, on real servers."""
