"""`python -m services.qbr <role>`."""

from services.qbr.main import main

main()
