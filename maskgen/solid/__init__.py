"""The finished part in three dimensions."""
