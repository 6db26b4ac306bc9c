"""List simulations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import Connection

from dreamseed.calibration import queries
from dreamseed.calibration.models import Simulation
from dreamseed.calibration.simulations import simulation_of
from dreamseed.function import function
from dreamseed.http.paging import Page, Paging, page_of
from dreamseed.needs import Http, Needs, database


@function(Needs(Http("GET", "/api/v1/simulations", "simulation:read"), grants=(database("read"),)))
def list_simulations(
    page: Paging,
    db: Connection,
    test_design_id: Annotated[UUID | None, Query(description="Only simulations of this test design")] = None,
) -> Page[Simulation]:
    """The organisation's simulations, newest first; the addresses of pictures and reports come with a single one."""
    rows = queries.list_simulations(db, test_design_id, page.after_id(), page.limit + 1)
    return page_of(rows, page.limit, simulation_of, lambda row: row.id)
