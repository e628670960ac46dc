"""One run per home; the capture that a home holds is decided once; reset deletes ours and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local import home
from deploy.local.plan import Plan, Refused

NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)


def plan(where: Path, **environment: str) -> Plan:
    return Plan.read({"STELLWERK_HOME": str(where), **environment})


def test_a_second_run_on_the_same_home_is_refused(tmp_path: Path) -> None:
    with (
        home.held(tmp_path),
        pytest.raises(Refused, match=r"in use by another `make run` \(process \d+\)"),
        home.held(tmp_path),
    ):
        pass
    with home.held(tmp_path):
        pass


def test_the_first_run_decides_the_shift_and_a_later_day_does_not_move_it(tmp_path: Path) -> None:
    assert home.days(plan(tmp_path), NOW) == 47
    assert home.days(plan(tmp_path), NOW.replace(day=9)) == 47
    assert home.days(plan(tmp_path, SHIFT="2027-01-01"), NOW) == 47


@pytest.mark.parametrize("other", [{"DATA": "full"}, {"SHIFT": "none"}, {"SHIFT": "2027-01-02"}])
def test_another_capture_in_the_same_home_is_refused(tmp_path: Path, other: dict[str, str]) -> None:
    home.days(plan(tmp_path), NOW)
    with pytest.raises(Refused, match="holds DATA=small, shifted to end on 2027-01-01: run `make reset`"):
        home.days(plan(tmp_path, **other), NOW)


def test_reset_deletes_what_a_run_wrote_and_nothing_else(tmp_path: Path) -> None:
    mine = tmp_path / "notes.txt"
    mine.write_text("keep")
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    (tmp_path / "logs").mkdir()
    for name in home.FILES:
        (tmp_path / name).touch()
    assert home.reset(tmp_path)
    assert list(tmp_path.iterdir()) == [mine]
    mine.unlink()
    assert home.reset(tmp_path)
    assert not tmp_path.exists()
    assert not home.reset(tmp_path)


def test_reset_follows_the_link_of_a_server_that_lies_elsewhere(tmp_path: Path) -> None:
    elsewhere, where = tmp_path / "elsewhere", tmp_path / "home"
    elsewhere.mkdir()
    where.mkdir()
    (where / "postgres").symlink_to(elsewhere)
    assert home.reset(where)
    assert not elsewhere.exists()


def test_reset_is_refused_while_a_stack_runs(tmp_path: Path) -> None:
    with home.held(tmp_path), pytest.raises(Refused):
        home.reset(tmp_path)
