"""Settings of the notifications service: the only place that reads its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.notifications.policy.calendar import WorkCalendar, calendar
from services.notifications.policy.delivery import ChannelKind
from services.notifications.policy.documents import RuleBook, rule_book
from shared.settings import ServiceSettings

SECRETS = (Path("/run/secrets/stellwerk"),)
"""Where a cluster mounts secrets as files."""


class Settings(ServiceSettings):
    """What every service has, who holds the offices, and which channels are configured: none but the inbox at first.

    A secret may also come as a file, named as its variable in lower case, in `SECRETS`; a variable has precedence.
    """

    model_config = SettingsConfigDict(secrets_dir=[path for path in SECRETS if path.is_dir()])

    grpc_host: str = Field("127.0.0.1", description="Address that the gRPC API listens on; 0.0.0.0 for every interface")
    holiday_country: str = Field(
        "DE", pattern="^[A-Z]{2}$", description="ISO 3166 country whose public holidays are no business days"
    )
    holiday_region: str = Field(
        "", description="Its region, for example the Bundesland BY; empty: only holidays of the whole country"
    )
    business_opens: int = Field(9, ge=0, le=22, description="Hour at which business begins in the company's zone")
    business_closes: int = Field(17, ge=1, le=23, description="Hour at which business ends")
    fresh_hours: float = Field(
        72, gt=0, description="Hours after which what fell due is no longer news and is suppressed as stale"
    )
    settle_seconds: float = Field(
        2.0, ge=0, description="Seconds without anything to read after a start before alerts are raised"
    )
    first_settle_seconds: float = Field(
        5.0, ge=0, description="Seconds without a new fact before the very first alert: what came until then is history"
    )
    alert_rules: str = Field(
        "",
        description="File of the company's own rule book (YAML), with a version above the one in force; empty: the "
        "default that ships. `python -m services.notifications rules` prints it, `rules check FILE` tries another",
    )
    heads_of_kam: str = Field("", description="CRM user ids of the heads of KAM, comma-separated; empty: the manager")
    management_board: str = Field("", description="CRM user ids of the board, comma-separated; empty: a shared inbox")
    platform_team: str = Field("", description="CRM user ids of the platform team; empty: a shared inbox")
    locale: Literal["de", "en"] = Field("de", description="Language of messages to people who chose none")
    portal_url: str = Field("http://127.0.0.1:8000", description="Where links in messages lead")
    hide_account_name: bool = Field(False, description="Messages that leave the portal do not name the account")

    smtp_host: str = Field("", description="SMTP server; empty: no mail is sent")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is secured")
    smtp_user: str = Field("", description="User to log in as; empty: no login")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password of that user")
    smtp_ca_file: str = Field("", description="CA certificate of the server, PEM; empty: the system's")
    mail_from: str = Field("Stellwerk <stellwerk@localhost>", description="Sender of mails")
    mail_domain: str = Field(
        "",
        pattern=r"^[A-Za-z0-9.-]*$",
        description="Domain of employees without an address in the CRM, who are then written to as "
        "first.last@domain: where that is everybody's address, or nobody's as in a demo; empty: they get no mail",
    )
    slack_url: SecretStr = Field(SecretStr(""), description="Incoming web hook of Slack; empty: off")
    teams_url: SecretStr = Field(SecretStr(""), description="Incoming web hook of Microsoft Teams; empty: off")
    webhook_url: SecretStr = Field(SecretStr(""), description="Generic web hook; empty: off")
    webhook_secret: SecretStr = Field(SecretStr(""), description="Key of its HMAC-SHA256 signature")
    webhook_key: SecretStr = Field(
        SecretStr(""),
        description="Key from which the secrets of web hooks of other programs are derived, 32 random bytes or more; "
        "empty: there are none. Another key makes every secret another one",
    )
    webhook_private: bool = Field(
        False, description="Web hooks of other programs may lead to private addresses, and by plain HTTP"
    )
    webhook_attempts: int = Field(
        8, ge=1, le=50, description="Attempts before what a web hook's receiver refuses (4xx) is set aside"
    )
    webhook_disable_hours: float = Field(
        72, gt=0, description="Hours of failures without a success after which a web hook is disabled"
    )
    webhook_log_days: int = Field(30, ge=1, description="Days that attempts of web hooks stay in the log")
    apprise_urls: SecretStr = Field(SecretStr(""), description="Apprise URLs, space-separated; empty: off")
    channel_per_minute: int = Field(60, ge=1, description="Messages that each channel sends in a minute at most")
    channel_attempts: int = Field(6, ge=1, le=20, description="Attempts before a message becomes a dead letter")
    channel_timeout_seconds: float = Field(20, gt=0, description="Seconds that a channel may take to answer")

    @property
    def calendar(self) -> WorkCalendar:
        """The company's business time."""
        return calendar(
            self.company_time_zone, self.holiday_country, self.holiday_region, self.business_opens, self.business_closes
        )

    @property
    def book(self) -> RuleBook:
        """The rule book. Raises Invalid if the company's own is none."""
        return rule_book(self.alert_rules)

    @property
    def configured(self) -> frozenset[ChannelKind]:
        """The channels over which a message can leave, beside the inbox."""
        found: dict[ChannelKind, str] = {
            "email": self.smtp_host,
            "slack": self.slack_url.get_secret_value(),
            "teams": self.teams_url.get_secret_value(),
            "webhook": self.webhook_url.get_secret_value(),
            "apprise": self.apprise_urls.get_secret_value(),
        }
        return frozenset(kind for kind, value in found.items() if value)


def listed(value: str) -> tuple[str, ...]:
    """A comma-separated setting."""
    return tuple(part.strip() for part in value.split(",") if part.strip())
