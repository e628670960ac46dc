"""`python -m services.insights <role>`."""

from services.insights.main import main

main()
