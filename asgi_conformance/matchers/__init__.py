"""What a line may expect. Matchers speak of meaning, not of framing, and are pure."""
