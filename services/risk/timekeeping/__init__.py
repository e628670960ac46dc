"""What time brings: accounts that are judged, escalations without a word, the digest of a new model."""
