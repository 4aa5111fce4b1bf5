"""Sealed texts: secrets that are stored encrypted, with a key made from SECRET_KEY.

Who copies the database alone cannot read them. A key that was replaced still opens them while it is among
SECRET_KEY_FALLBACKS.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

_PURPOSE = b"guardrails webhook secret 1"


def seal(text: str) -> str:
    """Give the text as it is stored."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Give the text again. Raises cryptography.fernet.InvalidToken where none of the keys opens it."""
    return _keys().decrypt(sealed.encode()).decode()


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> Fernet:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(force_bytes(secret))
    return Fernet(base64.urlsafe_b64encode(made))
