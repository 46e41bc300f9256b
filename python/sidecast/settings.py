"""Every setting, typed and documented. One TOML file in the user's config folder; `SIDECAST_…` variables override it.

The order, strongest first: command line, environment (`SIDECAST_SPEECH__VOICE=espeak`), the TOML file, the defaults below.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from .errors import SettingsError
from .flow.order import Approval
from .flow.stop_key import DEFAULT as STOP_KEY
from .flow.twitch import Feature
from .setting_kinds import Channel, OptionalPath, Socket, StopKey, Web


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Host(Section):
    """Who the co-host is."""

    name: str = Field("Kit", min_length=1, max_length=40, description="What chat calls it, and what it calls itself.")
    also_called: tuple[str, ...] = Field((), description="Other names it answers to.")
    persona: OptionalPath = Field(None, description="Folder of a persona pack; empty = the one that ships with Sidecast.")


class Chat(Section):
    """Where the chat comes from, if the command line does not say."""

    channel: Channel = Field(
        "", description="A live Twitch channel to read; empty = your own once you are logged in there, else the demo."
    )
    irc_host: str = Field("irc.chat.twitch.tv", min_length=1, max_length=255, description="The chat server of live channels.")
    irc_port: int = Field(6697, ge=1, le=65535, description="Its port.")
    irc_tls: bool = Field(True, description="Encrypt the connection to it; off only for a server of your own.")
    intake_limit: int = Field(4096, ge=64, le=65536, description="Messages that may wait to be read; more are dropped.")


class Safety(Section):
    """What is let in and what may be said."""

    level_in: int = Field(2, ge=0, le=4, description="How strictly chat is screened: 0 only the worst … 4 everything doubtful.")
    level_out: int = Field(4, ge=0, le=4, description="The same for what the co-host itself says.")
    block: tuple[str, ...] = Field((), description="Your own forbidden words (whole words, any spelling that folds to them).")
    allow: tuple[str, ...] = Field((), description="Words that are never a reason to block.")
    storms: Literal["all", "attacks", "off"] = Field(
        "all", description="When it becomes careful by itself: in all storms, in attacks (floods, hate raids) alone, or off."
    )
    classifiers: bool = Field(
        True, description="Have small models judge what breaks no rule: hate in other words, take-over attempts."
    )
    approval: Approval = Field(
        Approval.OFF, description="Which replies wait for a human before they are heard: off, doubtful, or all."
    )
    approval_s: float = Field(8.0, ge=1, le=120, description="How long such a reply waits.")
    approval_then: Literal["drop", "say"] = Field("drop", description="What happens to one that nobody has decided on.")


class Audience(Section):
    """Whom it answers."""

    answer_within_s: float = Field(45.0, ge=1, le=600, description="A message that waited longer is not answered any more.")
    waiting_limit: int = Field(64, ge=4, le=1024, description="Messages that may wait for an answer at once.")
    pause_s: float = Field(1.2, ge=0, le=60, description="Quiet time between two turns.")
    threshold: float = Field(0.2, ge=0, le=5, description="Score below which a message is left alone.")


class Dialogue(Section):
    """How it thinks."""

    brain: str = Field(
        "embedded",
        max_length=2000,
        description="Who thinks: embedded, ollama#MODEL (or vllm, llama-server, gpt4all, lmstudio), openai:URL#MODEL, gguf:FILE.",
    )
    temperature: float = Field(0.8, ge=0, le=2, description="How freely a language model chooses its words.")
    threads: int = Field(1, ge=1, le=64, description="Processor cores for a gguf brain; leave one to the picture.")
    context: int = Field(4096, ge=512, le=131072, description="Tokens that a gguf brain can hold at once.")
    first_clause_timeout_s: float = Field(4.0, gt=0, le=60, description="A brain silent for this long is given up for the turn.")
    max_clauses: int = Field(6, ge=1, le=30, description="Clauses a turn may have at most.")
    history: int = Field(12, ge=0, le=200, description="Past exchanges that a brain is shown.")


class Speech(Section):
    """How it speaks."""

    voice: Literal["flite", "espeak"] = Field("flite", description="Which engine speaks; the other one is the fallback.")
    speed: float = Field(1.0, ge=0.6, le=1.6, description="How fast it speaks; 1 is the voice's own pace.")
    loudness_lufs: float = Field(-18.0, ge=-40, le=-10, description="Loudness of the voice (LUFS, ITU-R BS.1770).")
    timeout_s: float = Field(3.0, gt=0, le=60, description="An engine that takes longer for a clause is restarted.")


class StageSettings(Section):
    """How it looks."""

    transparent: bool = Field(False, description="Transparent window background, for capture in OBS.")
    captions: bool = Field(True, description="Show what is being said.")
    cards: bool = Field(True, description="Show the message that is being answered.")
    stop_key: StopKey = Field(
        STOP_KEY, max_length=60, description="Stops the host whatever program has the focus; empty = no such key."
    )


class OidcLogIn(Section):
    """Log-in to the control room by a provider of OpenID Connect."""

    issuer: str = Field("", max_length=300, description="Its address, such as https://login.example.org; empty = none.")
    client_id: str = Field(
        "", max_length=200, description="What it calls this control room. The secret, if any, is in the vault."
    )
    name: str = Field("OpenID Connect", min_length=1, max_length=40, description="What the button says.")
    hosts: tuple[str, ...] = Field(
        (), max_length=8, description="Further hosts on which its endpoints are; others are never asked."
    )


class TwitchLogIn(Section):
    """Log-in to the control room by Twitch."""

    client_id: str = Field("", max_length=100, description="Of your application (public client) at Twitch; empty = none.")
    url: str = Field("https://id.twitch.tv/oauth2", max_length=300, description="Where Twitch's log-in is.")


class ControlTls(Section):
    """HTTPS for the control page, which others than this machine itself need."""

    own: bool = Field(False, description="Use the certificate that `./sidecast certificate` makes; it is renewed by itself.")
    certificate: OptionalPath = Field(None, description="A certificate of yours (PEM, with the chain); empty = none.")
    key: OptionalPath = Field(None, description="Its key (PEM, no password); empty = in the same file.")


class Control(Section):
    """The control page."""

    enabled: bool = Field(True, description="Serve the control page.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8787, ge=0, le=65535, description="Port; 0 = any free one. When it is taken the next free one is used.")
    names: tuple[str, ...] = Field(
        (), max_length=16, description="Public names under which it is reached, such as room.example.org."
    )
    proxies: tuple[str, ...] = Field(
        (), max_length=16, description="Addresses of reverse proxies that are believed when they say who asks, and how."
    )
    tls: ControlTls = ControlTls()
    oidc: OidcLogIn = OidcLogIn()
    twitch: TwitchLogIn = TwitchLogIn()


class TwitchSettings(Section):
    """Your Twitch accounts, and what they are used for."""

    client_id: str = Field(
        "", max_length=100, description="Of your application at Twitch; empty = the one of control.twitch, if there is one."
    )
    features: tuple[Feature, ...] = Field(
        (Feature.CHAT, Feature.THANKS),
        max_length=32,
        description="What Twitch is asked for: " + ", ".join(Feature) + ". Each needs permissions; the page explains them.",
    )
    api: Web = Field("https://api.twitch.tv/helix", max_length=300, description="Where Twitch's web interface (Helix) is.")
    id: Web = Field("https://id.twitch.tv/oauth2", max_length=300, description="Where its log-in is.")
    eventsub: Socket = Field(
        "wss://eventsub.wss.twitch.tv/ws", max_length=300, description="Where its events (EventSub) come from."
    )


class ObsSettings(Section):
    """OBS at the co-host's hands."""

    enabled: bool = Field(True, description="Connect to OBS when it runs on this machine, or where the next lines say.")
    host: str = Field("", max_length=255, description="Where OBS runs; empty = on this machine.")
    port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Of its WebSocket server; 0 = as OBS's own configuration says, or 4455. The password is in the vault.",
    )
    microphone: str = Field(
        "", max_length=200, description="The source that hears you; empty = the microphone of OBS's own audio settings."
    )
    wait_for_me: bool = Field(True, description="The co-host does not begin to speak while you speak.")
    duck: tuple[str, ...] = Field(
        (), max_length=32, description="Sources that get quieter while the co-host speaks, such as music."
    )
    duck_db: float = Field(-12.0, ge=-60, le=0, description="By how much (dB).")
    opens_with_stream: bool = Field(False, description="The co-host is silent until the stream starts, and again when it ends.")
    may_stream: tuple[Literal["start", "stop"], ...] = Field(
        (), max_length=2, description="Whether rules may start or stop the stream; they may not unless you name it here."
    )
    rules: OptionalPath = Field(None, description="Your rules (TOML); empty = rules.toml beside this file.")


class LedgerSettings(Section):
    """What is kept."""

    path: OptionalPath = Field(None, description="The ledger's database; empty = ledger.db in the data folder.")
    keep_days: int = Field(90, ge=1, le=3650, description="Lines older than this are deleted at start.")
    keep_minutes_days: int = Field(400, ge=1, le=3650, description="After this, figures of streams are kept by the hour only.")
    keep_figures_days: int = Field(1830, ge=1, le=36500, description="Figures of streams older than this are deleted at start.")


class Keep(Section):
    """Backups."""

    daily: bool = Field(True, description="Make a backup each day that a show runs.")
    copies: int = Field(7, ge=1, le=365, description="Daily backups that are kept; older ones are deleted.")
    folder: OptionalPath = Field(None, description="Where they go; empty = backups in the data folder. Another disk is better.")


class Settings(BaseSettings):
    """All of it."""

    model_config = SettingsConfigDict(env_prefix="SIDECAST_", env_nested_delimiter="__", extra="forbid", frozen=True)

    host: Host = Host()
    chat: Chat = Chat()
    safety: Safety = Safety()
    audience: Audience = Audience()
    dialogue: Dialogue = Dialogue()
    speech: Speech = Speech()
    stage: StageSettings = StageSettings()
    control: Control = Control()
    twitch: TwitchSettings = TwitchSettings()
    obs: ObsSettings = ObsSettings()
    ledger: LedgerSettings = LedgerSettings()
    keep: Keep = Keep()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before the file, whose content arrives as init arguments."""
        return env_settings, init_settings


def config_dir() -> Path:
    """The user's config folder (`$XDG_CONFIG_HOME/sidecast` on Linux)."""
    return platformdirs.user_config_path("sidecast", appauthor=False)


def data_dir() -> Path:
    """The user's data folder: ledger, keys."""
    return platformdirs.user_data_path("sidecast", appauthor=False)


def settings_file() -> Path:
    return config_dir() / "sidecast.toml"


def load_settings(path: Path | None = None, overrides: dict[str, Any] | None = None) -> Settings:
    """Settings from `path` (default: the user's file, which may be absent), environment and `overrides`.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or a value or key is wrong; the message names
            the key and, for an unknown one, the nearest that exists.
    """
    chosen = path or settings_file()
    values = _read_toml(chosen, must_exist=path is not None)
    for section, fields in (overrides or {}).items():
        values.setdefault(section, {}).update(fields)
    return checked_settings(values, chosen)


def checked_settings(values: dict[str, Any], path: Path) -> Settings:
    """Settings from what a file says, and the environment.

    Args:
        path: of that file, for messages.

    Raises:
        SettingsError: a value or key is wrong; as `load_settings` says it.
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_explain(error, path), "Run `./sidecast settings` to see every setting.") from error


def _read_toml(path: Path, *, must_exist: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise SettingsError(f"There is no settings file {path}.", "Check the path after --settings.") from None
        return {}
    except tomllib.TOMLDecodeError as error:
        remedy = "Correct that line, or move the file away to start with the defaults."
        raise SettingsError(f"{path} is not valid TOML: {error}.", remedy) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "Check the file's rights and that it is UTF-8 text.") from error


def _explain(error: ValidationError, path: Path) -> str:
    """One sentence a problem."""
    sentences = []
    for problem in error.errors(include_url=False):
        where = [str(part) for part in problem["loc"]]
        name = ".".join(where)
        if problem["type"] == "extra_forbidden":
            known = _known_keys(where[:-1])
            near = difflib.get_close_matches(where[-1], known, n=1, cutoff=0.5)
            hint = f"did you mean “{near[0]}”?" if near else f"known here: {', '.join(known)}."
            sentences.append(f"Unknown setting “{name}”: {hint}")
        else:
            sentences.append(f"Setting “{name}”: {problem['msg']} (found {problem.get('input')!r}).")
    return f"Settings ({path} and environment): " + " ".join(sentences)


def _known_keys(section: list[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in section:
        field = model.model_fields.get(part)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return []
        model = field.annotation
    return list(model.model_fields)


def describe() -> str:
    """Every setting with its default and meaning, as a TOML file to start from."""
    lines = [f"# Sidecast settings. Your file: {settings_file()}", ""]
    for name, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type) and issubclass(section, Section)
        lines += _describe(name, section)
    return "\n".join(lines)


def _describe(name: str, section: type[BaseModel]) -> list[str]:
    """A section within another comes after it, as TOML wants it."""
    lines, inner = [f"[{name}]  # {(section.__doc__ or '').strip()}"], []
    for key, value in section.model_fields.items():
        if isinstance(value.annotation, type) and issubclass(value.annotation, BaseModel):
            inner += _describe(f"{name}.{key}", value.annotation)
        else:
            lines += [f"# {value.description}", f"#{key} = {_toml(value.default)}"]
    return [*lines, "", *inner]


def _toml(value: Any) -> str:
    if value is None:
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str | Path) else str(value)
