"""The read model: history tables and the as-of queries over them."""
