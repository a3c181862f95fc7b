"""Uploaded pictures and videos: what is accepted, what is taken out of them, and where the bytes are kept."""
