"""`python -m services.accounts <role>`."""

from services.accounts.main import main

main()
