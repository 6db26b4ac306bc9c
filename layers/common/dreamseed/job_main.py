"""The process of a batch job: `python -m dreamseed.job_main functions.area.verb_noun`.

Its input is JSON in `DREAMSEED_JOB_INPUT`: `{"org_id", "job_id", "attempt", ...}`. It exits with 0 when the work is
done or no longer wanted, and with JOB_FAILED when the work failed, as it would again. After any other end, such as a
signal's, the platform starts it again, and it goes on from its stored steps.
"""

from __future__ import annotations

import json
import os
import sys

from dreamseed import logs
from dreamseed.catalogue import find_function
from dreamseed.collaborators import Parameters
from dreamseed.errors import JobCancelled
from dreamseed.needs import JOB_FAILED
from dreamseed.triggers.step import StepCall, run

_log = logs.logger("job")


def main(module: str) -> int:
    """Run the job function of that module on the input in the environment; returns the exit status."""
    logs.configure()
    function = find_function(module)
    call = StepCall.of(json.loads(os.environ["DREAMSEED_JOB_INPUT"]))
    with logs.bind(org_id=str(call.org_id), job_id=str(call.job_id), job=function.name):
        try:
            run(function, Parameters.of(function.call), call, None)
        except JobCancelled as error:
            _log.info("job is no longer wanted", extra={"code": error.code})
        except Exception:
            _log.exception("job failed")
            return JOB_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
