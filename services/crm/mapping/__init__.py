"""From the bytes of a foreign change event to rows of the mirror: pure, without database or broker.

`edition` is the table-and-column mapping of one CRM edition (a YAML file in `../mappings`), `debezium` reads every form
in which Debezium writes a change, `values` every form in which it writes a cell, `schemas` the topic of schema changes,
`usage` the product usage reports.
"""
