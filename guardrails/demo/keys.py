"""The demo's passwords and tokens: made once for each installation, kept in one file that only its user reads."""

import json
import secrets
from pathlib import Path

FILE_NAME = "demo.json"

Keys = dict[str, dict[str, str]]
"""`passwords` by username, `tokens` by the client's name."""


def read_keys(folder: Path) -> Keys:
    """Give what was kept; empty where the demo never ran."""
    file = folder / FILE_NAME
    kept: Keys = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return {"passwords": kept.get("passwords", {}), "tokens": kept.get("tokens", {})}


def keep_keys(folder: Path, keys: Keys) -> None:
    """Write them so that only this user can read them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE_NAME
    file.touch(mode=0o600)
    file.write_text(json.dumps(keys, indent=2) + "\n", encoding="utf-8")


def new_password() -> str:
    """Give a password that can be typed."""
    return "-".join(secrets.token_hex(2) for _ in range(4))
