"""E-mail over SMTP with TLS, plain text and HTML."""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from services.notifications.channels.message import Answer, Message
from services.notifications.settings import Settings
from shared.clock import Clock

_PERMANENT = 500


class Mail:
    """One connection a message: alerts are few, and a connection that broke must not break the next one."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._s, self._clock = settings, clock

    async def send(self, message: Message) -> Answer:
        """Until DATA is on its way a failure means that nothing happened; after that, silence means that we do not
        know."""
        if "@" not in message.to:
            return Answer("refused", "no mail address is known")  # the channel is not revoked: there may be one soon
        context = ssl.create_default_context(cafile=self._s.smtp_ca_file or None)
        client = aiosmtplib.SMTP(
            hostname=self._s.smtp_host, port=self._s.smtp_port, timeout=self._s.channel_timeout_seconds,
            use_tls=self._s.smtp_security == "tls", start_tls=self._s.smtp_security == "starttls",
            tls_context=context if self._s.smtp_security != "none" else None,
        )  # fmt: skip
        try:
            await client.connect()
            if self._s.smtp_user:
                await client.login(self._s.smtp_user, self._s.smtp_password.get_secret_value())
            await client.mail(parseaddr(self._s.mail_from)[1])
            await client.rcpt(message.to)
        except SMTPRecipientsRefused as e:
            client.close()
            return _response(e.recipients[0].code, str(e.recipients[0].message), recipient=True)
        except SMTPAuthenticationError as e:
            client.close()  # our fault, not the message's: somebody must look, and then it goes out
            return Answer("again", f"login refused: {e.code}")
        except SMTPResponseException as e:
            client.close()
            return _response(e.code, e.message, recipient=e.code in (550, 551, 553))
        except (SMTPConnectError, SMTPException, OSError, TimeoutError) as e:
            client.close()
            return Answer("again", f"{type(e).__name__}: {e}")
        try:
            await client.data(self._compose(message).as_bytes())
        except SMTPResponseException as e:
            client.close()
            return _response(e.code, e.message)
        except (SMTPException, OSError, TimeoutError, asyncio.IncompleteReadError) as e:
            client.close()
            return Answer("unknown", f"no answer after DATA: {type(e).__name__}")
        try:
            await client.quit()
        except (SMTPException, OSError, TimeoutError):
            client.close()  # it was taken; how the other side says good-bye does not matter
        return Answer("sent")

    def _compose(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._s.mail_from, message.to, message.subject
        mail["Message-ID"], mail["Date"] = message.key, format_datetime(self._clock.now())
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.plain())
        mail.add_alternative(message.html(), subtype="html")
        mail["Content-Language"] = message.locale  # set_content drops every Content- header that was there before
        return mail


def _response(code: int, text: str, *, recipient: bool = False) -> Answer:
    """A 4xx passes by itself, a 5xx does not."""
    why = f"{code} {text}"[:300]
    return Answer("refused", why, recipient=recipient) if code >= _PERMANENT else Answer("again", why)
