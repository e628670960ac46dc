"""The feeder's bookmark never takes for taken in what was not."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from deploy.local.feeder import Bookmark


def test_positions_in_this_cluster_count_on_from_what_was_taken_in_before() -> None:
    mark = Bookmark("b", {"t": 40})
    assert mark.taken({"t": 0})["t"] == 40
    assert mark.taken({"t": 7})["t"] == 40  # nothing of ours is known to be there yet
    assert mark.sent("t", 40, 0)
    assert not mark.sent("t", 41, 1)
    assert mark.taken({"t": 7})["t"] == 47


def test_it_survives_in_a_file(tmp_path: Path) -> None:
    mark = Bookmark("b", {"t": 40}, {"t": -3})
    mark.save(tmp_path / "bookmark.json")
    assert Bookmark.load(tmp_path / "bookmark.json") == mark
    assert Bookmark.load(tmp_path / "none.json") == Bookmark()


@given(st.data())
def test_repeated_sends_never_make_us_skip_a_line(data: st.DataObject) -> None:
    """A log whose producer sends batches again: however far the reader is, it has read all the lines that we count."""
    start = data.draw(st.integers(0, 20))
    strays = data.draw(st.lists(st.integers(start, start + 30), max_size=4))  # retried into a fresh, empty log
    log, mark, line = list(strays), Bookmark("b", {"t": start}), start
    for size in data.draw(st.lists(st.integers(1, 5), max_size=8)):
        batch = list(range(line, line + size))
        for _ in range(data.draw(st.integers(1, 3))):
            log += batch
        first = len(log) - size
        for n in batch:
            mark.sent("t", n, first + n - line)
        line += size
        read = data.draw(st.integers(0, len(log)))
        assert set(range(start, mark.taken({"t": read})["t"])) <= set(log[:read])
