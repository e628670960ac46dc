"""`python -m services.notifications <role>`."""

from services.notifications.main import main

main()
