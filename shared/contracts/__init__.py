"""Public events: one module a producer. Pydantic models are the source; `make schemas` writes their JSON Schemas."""
