"""The small models that judge what breaks no rule: are they the ones that their card describes?"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from .case import Case
from .finding import Finding, found, missing

FOLDER = "models/safety"
REMEDY = f"Get it again, for example with  git checkout {FOLDER}. Until then the gates judge by their rules alone."


def classifiers(case: Case) -> Finding:
    folder = case.places.repository / FOLDER
    try:
        files = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))["files"]
        wrong = [name for name, file in files.items() if _sha256(folder / name) != file["sha256"]]
    except OSError as error:
        return missing(f"{error.filename} is not there.", REMEDY, needed=False)
    except (ValueError, KeyError, TypeError, AttributeError):
        return missing(f"{folder / 'card.toml'} is not as it should be.", REMEDY, needed=False)
    if wrong:
        return missing(f"{folder / wrong[0]} is not as its card says.", REMEDY, needed=False)
    return found("the gates’ classifiers")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
