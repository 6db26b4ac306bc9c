"""Call a function once, as a clock does: `python -m infra.container.call functions.area.verb_noun`."""

from __future__ import annotations

import json
import sys

from dreamseed.catalogue import find_function


def main(module: str) -> None:
    """Call the function with an empty event and print what it returns."""
    print(json.dumps(find_function(module)({}, None)))


if __name__ == "__main__":
    main(sys.argv[1])
