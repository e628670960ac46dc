"""The edge of a service: its gRPC server, its errors on the wire, and how request fields become values.

Beside the kernel, not in it: a process without an API never imports this package, and so never carries gRPC.
"""
