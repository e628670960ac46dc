#!/usr/bin/python3
"""`kafka-broker-api-versions.sh --bootstrap-server host:port`: fails unless a broker there says what it can do."""

import socket
import struct
import sys

host, _, port = sys.argv[2].rpartition(":")
with socket.create_connection((host, int(port)), timeout=5) as broker:
    request = struct.pack(">hhih", 18, 0, 1, -1)  # ApiVersions, version 0, correlation id 1, no client id
    broker.sendall(struct.pack(">i", len(request)) + request)
    answer = broker.makefile("rb").read(14)
_, _, error, apis = struct.unpack(">iihi", answer)
sys.exit(f"error {error}, {apis} APIs" if error or not apis else 0)
