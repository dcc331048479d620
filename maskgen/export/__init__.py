"""Writers: one module per format. They see patterns and names, never a spec."""
