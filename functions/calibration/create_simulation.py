"""Start the simulation of a test design."""

import secrets

from sqlalchemy import Connection

from dreamseed.assessment.designs import load_design
from dreamseed.calibration.models import NewSimulation, Settings, Simulation
from dreamseed.calibration.simulations import shown_simulation, start_simulation
from dreamseed.function import function
from dreamseed.http.caller import Caller
from dreamseed.http.reply import Reply
from dreamseed.needs import Http, Needs, database

SEED_BITS = 53


@function(
    Needs(
        Http("POST", "/api/v1/simulations", "simulation:create", status=202),
        grants=(database("write"),),
        layers=("common", "irt_core"),
    )
)
def create_simulation(body: NewSimulation, caller: Caller, db: Connection) -> Reply[Simulation]:
    """Simulate a test design on its bank: bias, RMSE, length and exposure, for a population and for each θ.

    Runs as a job; its progress can be followed at `/api/v1/jobs/{job_id}/events`. The same seed gives the same result.
    """
    load_design(db, caller.org_id, body.test_design_id)
    settings = Settings.of(body, secrets.randbits(SEED_BITS))
    simulation_id = start_simulation(db, body.test_design_id, settings, caller.user_id)
    headers = {"location": f"/api/v1/simulations/{simulation_id}"}
    return Reply(shown_simulation(db, simulation_id), headers=headers)
