from pathlib import Path

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from sayso.recognition.recognizer import PACKAGED
from sayso.training import state as state_module
from sayso.training.best import read_best
from sayso.training.recipe import Recipe
from sayso.training.state import State, launch


@pytest.mark.parametrize(
    ("epochs", "steps", "warmup_share"),
    [(5, 1, 0.2), (5, 2, 0.1), (2, 1, 0.5), (1, 1, 0.2), (4, 3, 0), (5, 4, 0.9)],
)
def test_any_number_of_steps_has_a_schedule(epochs: int, steps: int, warmup_share: float) -> None:
    recipe = Recipe(architecture="residual-small", epochs=epochs, warmup_share=warmup_share)
    state = State(launch(), ("yes", "no"), recipe, steps, seed=0)
    rates: list[float] = []
    for _ in range(epochs * steps):
        rates += [float(rate) for rate in state.schedule.get_last_lr()]
        state.step()
    assert all(0 < rate <= recipe.learning_rate for rate in rates)
    assert rates.index(max(rates)) == max(0, round(epochs * steps * warmup_share) - 1)
    assert rates[-1] < recipe.learning_rate / 1000


def test_what_a_model_file_has_learned_reaches_a_network_on_another_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = read_best(PACKAGED)
    monkeypatch.setattr(state_module, "read_best", lambda _: best)
    state = State(launch(), ("tea", "yes"), Recipe(), steps=10, seed=0)
    loaded: list[dict[str, torch.Tensor]] = []
    with FakeTensorMode(allow_non_fake_inputs=True):  # no accelerator needed: nothing is computed
        for network in (state.network, state.average.module):
            network.to_empty(device="cuda")
            monkeypatch.setattr(network, "load_state_dict", loaded.append)
        state.begin(tmp_path, PACKAGED)
    assert [weights["classifier.weight"].shape for weights in loaded] == [(4, 160)] * 2
