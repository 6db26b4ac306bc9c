"""Say that the service answers at all."""

from typing import Literal

from dreamseed.function import function
from dreamseed.models import Output
from dreamseed.needs import PUBLIC, Http, Needs


class Health(Output):
    """The service is up."""

    status: Literal["ok"] = "ok"


@function(Needs(Http("GET", "/health", PUBLIC), memory_mb=256))
def read_health() -> Health:
    """Alive: the gateway and a function answer. It touches nothing else."""
    return Health()
