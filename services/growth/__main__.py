"""`python -m services.growth <role>`."""

from services.growth.main import main

main()
