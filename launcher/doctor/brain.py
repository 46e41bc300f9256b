"""Who thinks: the built-in replies, a model behind a server, or one from a file."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

from .. import brains, debian, environment, llama, models, system
from ..brains import Chosen
from ..trouble import Trouble
from .case import Case
from .finding import Finding, comes, found, missing

SERVER_S = 3
MOST_BYTES = 1_000_000
MANY = 5
UNTIL = "Until then the built-in replies are used."


def brain(case: Case) -> Finding:
    try:
        chosen = brains.chosen(case.brain, case.settings_file)
    except Trouble as trouble:
        return missing(trouble.what, trouble.remedy)
    embedded = _embedded(case)
    if chosen.kind is brains.Kind.EMBEDDED or embedded.stops:
        return embedded
    return _server(chosen) if chosen.kind is brains.Kind.OPENAI else _file(chosen, case)


def _embedded(case: Case) -> Finding:
    model = models.folder_of(case.places) / models.FILE
    if not model.exists():
        return comes("the built-in replies; set-up writes their language model", fetches=not environment.ready(case.places))
    return found("the built-in replies")


def _server(chosen: Chosen) -> Finding:
    """Lists the server's models; nothing is generated."""
    start = f"Start {chosen.label}, or choose another brain. {UNTIL}"
    try:
        request = urllib.request.Request(f"{chosen.url}/models", headers=_key_for(chosen))  # noqa: S310 - the user's own address
        handlers = [urllib.request.ProxyHandler({})] if brains.is_loopback(chosen.url) else []
        with urllib.request.build_opener(*handlers).open(request, timeout=SERVER_S) as answer:
            names = _names(json.loads(answer.read(MOST_BYTES)))
    except urllib.error.HTTPError as error:
        if error.code in (401, 403):
            return missing(f"{chosen.label} asks for a key.", f"Put it into SIDECAST_BRAIN_KEY. {UNTIL}", needed=False)
        return missing(f"{chosen.label} answered with HTTP status {error.code}.", f"Check its address. {UNTIL}", needed=False)
    except (OSError, urllib.error.URLError):
        return missing(f"{chosen.label} does not answer.", start, needed=False)
    except ValueError:
        what = f"What answers at {chosen.label} does not speak OpenAI's language."
        return missing(what, f"Check its address: it usually ends in /v1. {UNTIL}", needed=False)
    if chosen.model and names and chosen.model not in names:
        what = f"{chosen.label} has no model {chosen.model}; it has {_few(names)}."
        return missing(what, f"Load it there, or choose one of these after a #. {UNTIL}", needed=False)
    if not names and not chosen.model:
        return missing(f"{chosen.label} has no model loaded.", f"Load one there. {UNTIL}", needed=False)
    return found(f"{chosen.label} answers, with the model {chosen.model or names[0]}")


def _key_for(chosen: Chosen) -> dict[str, str]:
    """Never unencrypted through the internet; one in the vault is not asked for."""
    key = os.environ.get("SIDECAST_BRAIN_KEY", "").strip()
    safe = chosen.url.startswith("https://") or brains.at_home(chosen.url)
    return {"Authorization": f"Bearer {key}"} if key and safe else {}


def _names(answer: Any) -> list[str]:
    """Raises ValueError: this is no list of models."""
    models = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(models, list):
        raise ValueError(models)  # noqa: TRY004 - as for what is no JSON at all
    return [str(model["id"]) for model in models if isinstance(model, dict) and "id" in model]


def _few(names: list[str]) -> str:
    return ", ".join(names[:MANY]) + (f" and {len(names) - MANY} more" if len(names) > MANY else "")


def _file(chosen: Chosen, case: Case) -> Finding:
    assert chosen.path is not None
    if environment.ready(case.places) and llama.ready(case.places):
        return found(f"{chosen.label}, through llama.cpp")
    if not system.COMPILER.met() and not debian.can_install():
        what = "There is no C++ compiler to build llama.cpp with, which runs GGUF files."
        return missing(what, f"{debian.how_to_install(system.COMPILER.packages)} Or choose another brain.")
    return comes(f"{chosen.label}; set-up builds llama.cpp, which takes a few minutes")
