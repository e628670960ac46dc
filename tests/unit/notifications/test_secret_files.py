"""Secrets of the channels come as files where they are mounted; nothing is asked of who has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.notifications.settings import Settings

DSN = "postgresql://a@b/c"


def test_a_secret_is_read_from_its_file_and_a_variable_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stellwerk_smtp_password").write_text("of the file\n")
    (tmp_path / "stellwerk_slack_url").write_text("https://hooks.example/file")
    monkeypatch.setenv("STELLWERK_SLACK_URL", "https://hooks.example/variable")
    settings = Settings(database=DSN, _secrets_dir=tmp_path)
    assert settings.smtp_password.get_secret_value() == "of the file"
    assert settings.slack_url.get_secret_value() == "https://hooks.example/variable"
    assert "of the file" not in repr(settings)


def test_without_files_nothing_is_missing_and_nothing_warns(recwarn: pytest.WarningsRecorder) -> None:
    assert Settings(database=DSN).smtp_password.get_secret_value() == ""
    assert not recwarn.list
