"""Design-rule checks: decks, checks, the engine that runs them, and what they find."""
