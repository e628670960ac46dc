"""`python -m deploy.local run | reset | kafka`: what `make run`, `make reset` and `make test-kafka` call.

Exit status: 0 when it was stopped, 1 with one sentence when it cannot run, 2 for an unknown command.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # before the first import that an older Python cannot parse
    sys.exit(f"stellwerk needs Python 3.11 or newer and this is {sys.version.split()[0]}: make run PYTHON=python3.11")

from deploy.local import home, kafka, stack
from deploy.local.plan import Refused, this_plan
from deploy.local.server import StartFailed

COMMANDS = {
    "run": lambda: stack.main(this_plan()),
    "reset": lambda: print("deleted" if home.reset(this_plan().home) else "there was nothing to delete"),
    "kafka": lambda: print(f"Apache Kafka is in {kafka.jars()}"),
}


def main(arguments: list[str]) -> None:
    """The command line."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"usage: python -m deploy.local {' | '.join(COMMANDS)}", file=sys.stderr)
        sys.exit(2)
    try:
        COMMANDS[arguments[0]]()
    except (Refused, StartFailed) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # before anything was started
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
