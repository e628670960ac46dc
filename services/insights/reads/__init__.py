"""The tables of the service and what is asked of them."""
