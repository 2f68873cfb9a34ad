import pytest
import torch
from scipy.optimize import minimize_scalar
from torch.nn import functional

from sayso.training.validation import fit_temperature


@pytest.mark.parametrize("true_temperature", [0.4, 1.0, 3.0])
def test_the_temperature_is_the_one_scipy_finds(true_temperature: float) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(2000, 8, generator=generator)
    label = torch.multinomial(torch.softmax(logits, dim=1), 1, generator=generator).squeeze(1)
    logits = logits * true_temperature  # as overconfident or timid as that

    def loss(temperature: float) -> float:
        return float(functional.cross_entropy(logits.double() / temperature, label))

    expected = minimize_scalar(loss, bounds=(0.05, 20), method="bounded").x
    assert float(fit_temperature(logits, label)) == pytest.approx(expected, rel=0.005)
    assert expected == pytest.approx(true_temperature, rel=0.1)
