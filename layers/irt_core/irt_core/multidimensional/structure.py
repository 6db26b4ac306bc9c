"""Which dimensions can be integrated out one at a time.

Two dimensions are linked when some item draws on both, or when the prior makes them depend on each other directly:
their entry in its precision matrix is not 0. Take dimensions away until no link is left: those taken are *primary*,
the others *specific*. Given the primary ones the specific ones are independent, before the answers and after them, so
that an integral over all D dimensions becomes one over the primary ones of a product of integrals over one each:

    ∫ p(θ) L(θ) dθ = ∫ p(θ_P) L_0(θ_P) Π_s [ ∫ p(θ_s | θ_P) L_s(θ_P, θ_s) dθ_s ] dθ_P

With one general dimension this is the reduction of Gibbons & Hedeker (1992, Psychometrika 57(3), 423-436) for bifactor
and testlet models; with more of them the two-tier model (Cai 2010, Psychometrika 75(4), 581-612). Items that draw on
one dimension each under an uncorrelated prior need no primary dimension at all, two or three dimensions that are all
linked one or two: then it is nothing but an integral over a grid of two or three dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from irt_core.arrays import BoolArray
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.multidimensional.prior import MultivariateNormal

MOST_PRIMARY = 2
"""With more primary dimensions a grid has too many points."""

_NO_PARTIAL_CORRELATION = 1e-9


@dataclass(frozen=True)
class Structure:
    """The dimensions, numbered from 0: the `primary` ones and the `specific` ones, at least one of them."""

    primary: tuple[int, ...]
    specific: tuple[int, ...]

    @classmethod
    def of(cls, bank: MultidimensionalBank, prior: MultivariateNormal | None) -> Structure | None:
        """The structure with the fewest primary dimensions; None when it takes more than `MOST_PRIMARY`.

        Without a prior only the items link dimensions.
        """
        links = _links(bank, prior)
        dimensions = range(bank.n_dimensions)
        for n_primary in range(min(MOST_PRIMARY, bank.n_dimensions - 1) + 1):
            for primary in combinations(dimensions, n_primary):
                specific = tuple(dimension for dimension in dimensions if dimension not in primary)
                if not links[np.ix_(specific, specific)].any():
                    return cls(primary, specific)
        return None

    @property
    def n_dimensions(self) -> int:
        """D."""
        return len(self.primary) + len(self.specific)


def _links(bank: MultidimensionalBank, prior: MultivariateNormal | None) -> BoolArray:
    """Whether two different dimensions are linked, (D, D)."""
    is_drawn_on = (bank.slopes != 0).astype(np.int64)
    links: BoolArray = is_drawn_on.T @ is_drawn_on > 0
    if prior is not None:
        scale = np.sqrt(np.diag(prior.precision))
        links |= np.abs(prior.precision) > _NO_PARTIAL_CORRELATION * np.outer(scale, scale)
    np.fill_diagonal(links, False)
    return links
