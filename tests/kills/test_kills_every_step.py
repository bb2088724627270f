"""Each thing that confsync does, killed at every single step: the next runs come to the same end."""

from __future__ import annotations

import pytest
from killing import Stage
from scenarios import SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_run_that_was_killed_at_any_step_comes_to_the_same_end(scenario):
    stage = Stage(scenario)
    for step in range(stage.steps):
        try:
            stage.check(stage.killed(step))
        except AssertionError as err:
            raise AssertionError(f"killed at step {step} of {stage.steps}: {err}") from err
