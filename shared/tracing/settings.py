"""Where traces go, if anywhere."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from shared.settings import LogSettings


class TracingSettings(BaseSettings):
    """Read by every process when it starts."""

    model_config = LogSettings.model_config

    traces: str = Field("", pattern="^(https?://.+)?$", description="Collector of traces (OTLP by HTTP); empty: none")
    traces_share: float = Field(1.0, ge=0, le=1, description="Share of all traces that is kept, 0 to 1")
