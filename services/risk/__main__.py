"""`python -m services.risk <role>`."""

from services.risk.main import main

main()
