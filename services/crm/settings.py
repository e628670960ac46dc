"""Settings of the crm service: the only place that reads its environment."""

from __future__ import annotations

from functools import cached_property

from services.crm.mapping.edition import Edition, load
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service has; the mapping follows from `crm_edition`, `crm_system` and `company_currency`."""

    @cached_property
    def edition(self) -> Edition:
        """The table-and-column mapping. Raises ValueError if there is none of that name or the file is wrong."""
        return load(self.crm_edition, self.crm_system, self.company_currency)
