"""What happens by time: periods close, and closed ones are looked at again when something late came."""
