"""A multistage test as it is taken: which item comes next, which module, and what a stored state says.

    test = MultistageTest(panels)
    state = test.begin(rng_for(seed, 0))
    while (item := test.next_item(state)) is not None:
        state = test.after(bank, state, score, seconds)

A state is immutable. Its truth is the panel and the answers: the modules follow from them, so a stored state is a few
lines of JSON, and reading it replays all answers in one call and gives the same bits as having been there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Self

import numpy as np

from irt_core.adaptive.state import CatState
from irt_core.arrays import FloatArray, IntArray
from irt_core.assembly.panel import Module, Panel, Path, Route
from irt_core.errors import DesignError, PriorError, StateError
from irt_core.models.bank import ItemBank
from irt_core.models.multidimensional import MultidimensionalBank
from irt_core.priors import Normal, Quadrature


@dataclass(frozen=True, eq=False)
class MultistageState:
    """One examinee in a multistage test: the number of the panel, the modules so far, and the answers."""

    panel: int
    path: Path
    cat: CatState

    def to_dict(self) -> dict[str, Any]:
        """The state as plain JSON: what it takes to replay it."""
        return {"panel": self.panel, "path": list(self.path), "cat": self.cat.to_dict()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], test: MultistageTest, bank: ItemBank) -> Self:
        """The state that `to_dict` described, replayed on its test and bank. Raises StateError."""
        try:
            number, path, answers = int(stored["panel"]), tuple(stored["path"]), stored["cat"]
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"a stored state is not as this version writes it: {error!r}") from error
        cat = CatState.from_dict(answers, bank)
        panel = test.panel(number)
        items = chain.from_iterable(panel.module(name).items for name in _path(bank, panel, cat))
        if path != _path(bank, panel, cat) or cat.administered != tuple(items)[: cat.n_administered]:
            raise StateError("a stored state does not fit its panel")
        return cls(number, path, cat)


@dataclass(frozen=True)
class MultistageTest:
    """Parallel panels, of which each examinee takes one; `prior` is that of ability."""

    panels: tuple[Panel, ...]
    prior: Normal = field(default_factory=Normal)

    def __post_init__(self) -> None:
        if not self.panels:
            raise DesignError("panels", "must hold at least one panel")

    def check(self, bank: ItemBank) -> None:
        """Raise DesignError when this bank cannot serve the panels."""
        if isinstance(bank, MultidimensionalBank):
            raise DesignError("panels", "measure one ability, the bank is of several")
        for number, panel in enumerate(self.panels):
            items = [item for stage in panel.stages for module in stage for item in module.items]
            if not all(0 <= item < bank.n_items for item in items):
                raise DesignError(f"panels.{number}", f"must hold items from 0 to {bank.n_items - 1}")

    def panel(self, number: int) -> Panel:
        """A panel by its number. Raises StateError."""
        if not 0 <= number < len(self.panels):
            raise StateError(f"there are the panels 0 to {len(self.panels) - 1}, not {number}")
        return self.panels[number]

    def begin(
        self,
        rng: np.random.Generator | None = None,
        *,
        panel: int = 0,
        prior: Normal | None = None,
        quadrature: Quadrature | None = None,
    ) -> MultistageState:
        """The state before the first item: of a panel drawn by chance if there is an `rng`, else of the one named.

        The prior is that of the test, unless one is given for this examinee alone. Raises StateError.
        """
        number = panel if rng is None else int(rng.integers(len(self.panels)))
        cat = CatState.begin(prior or self.prior, quadrature)
        return MultistageState(number, (self.panel(number).first.name,), cat)

    def module(self, state: MultistageState) -> Module:
        """The module in which the examinee is."""
        return self.panel(state.panel).module(state.path[-1])

    def next_item(self, state: MultistageState) -> int | None:
        """The item to be answered now, None when the test is over."""
        items = self.module(state).items
        n_answered = len(set(items) & set(state.cat.administered))
        return items[n_answered] if n_answered < len(items) else None

    def after(self, bank: ItemBank, state: MultistageState, score: int, seconds: float = 0.0) -> MultistageState:
        """The state after the present item was answered. Raises StateError."""
        item = self.next_item(state)
        if item is None:
            raise StateError("a test that is over takes no answer")
        cat = state.cat.after(bank, item, score, seconds)
        if item != self.module(state).items[-1]:
            return replace(state, cat=cat)
        return replace(state, cat=cat, path=_onwards(bank, self.panel(state.panel), state.path, cat))

    def to_dict(self) -> dict[str, Any]:
        """The test as plain JSON."""
        prior = {"mean": self.prior.mean, "sd": self.prior.sd}
        return {"panels": [panel.to_dict() for panel in self.panels], "prior": prior}

    @classmethod
    def from_dict(cls, written: Mapping[str, Any]) -> Self:
        """The test that `to_dict` wrote. Raises DesignError."""
        try:
            panels, prior = written["panels"], Normal(**written["prior"])
        except (KeyError, TypeError, PriorError) as error:
            raise DesignError("panels", f"are not as this version writes them: {error!r}") from error
        return cls(tuple(Panel.from_dict(panel) for panel in panels), prior)


def _path(bank: ItemBank, panel: Panel, cat: CatState) -> Path:
    """The modules that so many answers lead to."""
    path: Path = (panel.first.name,)
    while (longer := _onwards(bank, panel, path, cat)) != path:
        path = longer
    return path


def _onwards(bank: ItemBank, panel: Panel, path: Path, cat: CatState) -> Path:
    """The path with its next module, if the answers reach to the end of its last and another follows."""
    n_items = sum(len(panel.module(name).items) for name in path)
    if len(path) == len(panel.stages) or cat.n_administered < n_items:
        return path
    route, theta, total = panel.route(path), cat.thetas[n_items], sum(cat.scores[:n_items])
    place = routed(bank, panel, route, np.array([theta]), np.array([total])).item()
    return (*path, route.to[place])


def routed(bank: ItemBank, panel: Panel, route: Route, theta: FloatArray, total: IntArray) -> IntArray:
    """The place in `route.to` of the next module at estimates and sums of scores (n_examinees,), of the same shape."""
    if route.by == "information":
        modules = [np.array(panel.module(name).items) for name in route.to]
        told = [bank.information_at(theta[:, None], items).sum(axis=1) for items in modules]
        return np.asarray(np.argmax(told, axis=0))
    return np.searchsorted(route.cuts, total if route.by == "score" else theta, side="right")
