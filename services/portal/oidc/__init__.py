"""Sign-in by OpenID Connect: what the provider says, the session in a cookie, and who a request is from."""

from __future__ import annotations

from services.portal.oidc.cookies import Cookies
from services.portal.oidc.provider import Provider
from services.portal.oidc.signin import OidcIdentity, SignInRefused

__all__ = ["Cookies", "OidcIdentity", "Provider", "SignInRefused"]
