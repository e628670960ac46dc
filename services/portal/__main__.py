"""`python -m services.portal <role>`."""

from services.portal.main import main

main()
