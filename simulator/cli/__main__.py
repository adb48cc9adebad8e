"""The entry of the command ``cachelife`` and of ``python -m simulator.cli``."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

#: New objects between two collections.  Start-up makes thousands of classes' parts that stay, and
#: looking through them again and again would take a tenth of a short run.
_COLLECT_AFTER = 200_000


def main() -> NoReturn:
    """Run the command line."""
    gc.set_threshold(_COLLECT_AFTER)
    try:
        from simulator.cli.main import main as run
    except KeyboardInterrupt:
        # Nothing has begun, so there is nothing to say or to tidy up.
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
