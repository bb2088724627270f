"""Each write of each thing that confsync does, lost on its way, answered in vain, or late: the same end."""

from __future__ import annotations

import pytest
from fate import Luck
from killing import Stage
from scenarios import SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_write_that_went_wrong_comes_to_the_same_end(scenario):
    stage = Stage(scenario)
    for write in range(stage.writes):
        for luck in (Luck.LOST, Luck.SILENT, Luck.LATE):
            try:
                stage.check(stage.unlucky(write, luck))
            except AssertionError as err:
                raise AssertionError(f"write {write} of {stage.writes} was {luck.name}: {err}") from err
