"""A batch job that does what its arguments say."""

import json
import os
import sys
import time

if __name__ == "__main__":
    match sys.argv[1]:
        case "environment":
            print(json.dumps(dict(os.environ)), flush=True)
        case "exit":
            sys.exit(int(sys.argv[2]))
        case "sleep":
            print(f"pid {os.getpid()}", flush=True)
            time.sleep(float(sys.argv[2]))
        case "succeed later":
            sys.exit(0 if os.environ["AWS_BATCH_JOB_ATTEMPT"] == "3" else 1)
