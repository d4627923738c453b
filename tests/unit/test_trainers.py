"""How models are made again: one command each, that cards name and that explains itself."""

import re

import pytest

from emer.evals.train.__main__ import TRAINERS, main
from emer.evals.train.sums import FOLDER
from emer.tools.networks import card_of

NAMES = sorted(p.stem for p in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", TRAINERS)
def test_every_trainer_explains_itself_without_the_packages_for_training(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert "--out" in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_the_card_of_every_shipped_model_names_a_trainer_that_there_is(name):
    named = re.findall(r"python -m emer\.evals\.train (\w+)", card_of(name).training)
    assert named
    assert set(named) <= set(TRAINERS)


def test_an_unknown_name_is_answered_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["nobody"])
    assert ended.value.code == 2
    told = capsys.readouterr().out
    assert all(name in told for name in TRAINERS)
