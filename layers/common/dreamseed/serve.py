"""Serve one HTTP function with uvicorn, as a container does: `python -m dreamseed.serve functions.area.verb_noun`.

The same frame that Lambda calls, so both answer alike.
"""

from __future__ import annotations

import argparse

from dreamseed.catalogue import find_function


def main() -> None:
    """Parse the command line and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m dreamseed.serve", description="Serve one HTTP function.")
    parser.add_argument("function", help="its module, e.g. functions.assessment.submit_response")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    options = parser.parse_args()
    import uvicorn

    uvicorn.run(find_function(options.function).app, host=options.host, port=options.port, access_log=False)


if __name__ == "__main__":
    main()
