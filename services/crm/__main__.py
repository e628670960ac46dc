"""`python -m services.crm <role>`."""

from services.crm.main import main

main()
