"""Settings and options → the parts of one show, started, and closed in order whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import random
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

from .assembly.brains import open_dialogue
from .assembly.control_room import known_outsiders, open_accounts, open_page
from .assembly.instructions import marked
from .assembly.live_settings import LiveSettings
from .assembly.notes import Notes
from .assembly.obs import open_obs_in_show
from .assembly.opening import open_classifiers, open_vault, open_voice
from .assembly.twitch import OwnChannel, open_accounts_at_twitch
from .audience.turn_taking import Floor
from .audience.understanding import SpacyUnderstander
from .audience.waiting import Audience
from .chat.commands import order_from
from .chat.demo import Demo
from .cli import Options
from .clock import Clock
from .control.access.audit import Audit
from .control.api.analytics import analytics_api
from .control.feed import Feed
from .control.live.noted import note_orders
from .control.overlay.beside import Beside
from .control.overlay.overlays import Overlays
from .control.server import ControlServer
from .desks.acting import open_acting
from .desks.doctor import Doctor
from .desks.housekeeping import Housekeeping, tls_in
from .desks.moderating import Moderating, open_moderating
from .dialogue.persona import load_persona
from .flow.order import Order
from .flow.ports import Watcher
from .ledger.ledger import Ledger
from .ledger.opening import open_ledger
from .ledger.streams.load import Sampler
from .ledger.streams.reader import StreamReader
from .ledger.streams.viewer_marks import viewer_marks
from .settings import Settings, config_dir, data_dir
from .show.parts import Parts
from .show.show import Show
from .show.sources import Sources
from .show.watching import Watchers, harmless
from .stage.cards import card_for
from .stage.emergency import StopKey
from .stage.godot import Bridge, GodotStage
from .stage.look import Look
from .stage.priority import let_the_voice_go_first
from .stage.silent import SilentStage
from .stage.sync import send_sync
from .telemetry.metrics import Metrics
from .telemetry.status_line import StatusLine
from .telemetry.terminal import Terminal
from .telemetry.trace import Trace

log = logging.getLogger(__name__)


@asynccontextmanager
async def assemble(
    options: Options, settings: Settings, bridge: Bridge | None, clock: Clock, terminal: Terminal
) -> AsyncIterator[Show]:
    """A show that is ready to `run()`.

    Raises:
        SidecastError: a part that the show cannot be without does not start; the message says which and what to do.
    """
    chance = random.Random(options.seed)  # noqa: S311 - choice of words and jitter, nothing secret
    run = secrets.token_hex(4)
    persona, leaks = marked(
        load_persona(settings.host.persona, settings.host.name if "name" in settings.host.model_fields_set else "")
    )
    names = (persona.name, *settings.host.also_called)
    async with AsyncExitStack() as closing:
        stage: GodotStage | SilentStage = SilentStage(clock) if bridge is None else GodotStage(bridge)
        closing.callback(stage.close)
        notes = Notes()
        vault, changes = await open_vault(closing)
        twitch = await open_accounts_at_twitch(settings, vault, clock, chance, notes=notes, closing=closing)
        # ledger and feed are made below
        own = OwnChannel(twitch, settings, clock, chance, on_gap=lambda gap: ledger.unheard(gap))  # noqa: PLW0108
        sources = Sources(
            settings.chat,
            clock,
            chance,
            own,
            on_note=lambda sentence: notes.put("chat", sentence),
            on_change=lambda name: _tell(name, feed.reads, ledger.reads),
            on_heard=lambda over: feed.uses("heard", over),
        )
        source = sources.first(options)

        house = Housekeeping(
            options,
            settings,
            (vault, changes),
            clock,
            on_note=lambda sentence: notes.put("backup", sentence),
            live=(by_key := (live := LiveSettings()).by_key() | twitch.live()),
            moderated=lambda: moderating.in_place_of_settings(),  # noqa: PLW0108 - made below
        )
        closing.push_async_callback(house.close)
        ledger, counter = open_ledger(
            settings.ledger.path or data_dir() / "ledger.db",
            settings.ledger,
            vault,
            viewer_marks(vault),
            clock=clock,
            source=source.name,
            on_note=lambda sentence: notes.put("ledger", sentence),
            chance=chance,
            run=run,
        )
        ledger.start()
        closing.push_async_callback(ledger.close)

        voice = await open_voice(settings, clock, chance, notes, closing)
        classifiers = open_classifiers(settings)
        moderating = await asyncio.to_thread(
            open_moderating,
            settings,
            vault,
            clock,
            config=config_dir(),
            data=data_dir(),
            classifiers=classifiers,
            leaks=leaks,
            voice=lambda: voice.in_use,
        )
        brain, dialogue = open_dialogue(
            options.brain or settings.dialogue.brain,
            persona,
            settings,
            vault=vault,
            clock=clock,
            chance=chance,
            notes=notes,
            closing=closing,
            speakable=moderating.gate_in.speakable,
        )

        acting = open_acting(
            twitch.helix,
            clock,
            features=lambda: twitch.features,
            gate_out=moderating.gate_out,
            own_words=dialogue.own_words,
            on_line=ledger.acted,
            ledger=ledger.path,
            sealer=vault,
            alias=moderating.opt_outs.alias,
            name_of=moderating.name_of,
            new_id=lambda: f"{run}-{secrets.token_hex(6)}",
        )

        metrics = Metrics()
        about = {"chat": source.name, "brain": brain.name, "voice": voice.name}
        feed = Feed(clock, persona.name, about, run, moods=dialogue.moods)
        notes.tell(feed.health)
        overlays = Overlays(
            clock,
            card=lambda turn: card_for(turn, moderating.gate_in.speakable),
            speakable=moderating.gate_in.speakable,
            admits=moderating.storm.admits,
            run=run,
        )
        obs = open_obs_in_show(
            settings,
            vault,
            clock,
            chance,
            acting=acting,
            moderating=moderating,
            ledger=ledger,
            feed=feed,
            own_words=dialogue.own_words,
            order=lambda order: show.order(order),  # noqa: PLW0108 - made below
            new_id=lambda: f"{run}-{secrets.token_hex(6)}",
            closing=closing,
        )
        by_key |= obs.live()
        status_line = StatusLine(terminal, clock, persona.name, lambda: sources.now.name, lambda: control.address)
        watchers: tuple[Watcher, ...] = (
            metrics,
            feed,
            ledger,
            counter,
            *moderating.watchers,
            acting.watcher,
            overlays,
            *obs.obs.watchers,
            *((status_line,) if terminal.live else ()),
            *((closing.enter_context(contextlib.closing(Trace(options.trace))),) if options.trace is not None else ()),
        )

        control = ControlServer(
            feed,
            lambda order: show.order(order),  # noqa: PLW0108 - the show is made below
            clock,
            metrics.text,
            host=settings.control.host,
            port=settings.control.port,
            examine=Doctor.of(options, sys.executable),
            change_channel=lambda name: show.change_channel(name),  # noqa: PLW0108 - as above
            accounts=(accounts := open_accounts(clock, notes, closing)),
            outsiders=known_outsiders(settings, vault, clock, notes, closing),
            names=settings.control.names,
            proxies=settings.control.proxies,
            routers=[
                analytics_api(StreamReader(ledger.path, clock.wall_ms)),
                *moderating.routers(
                    accounts.audit,
                    ledger=ledger,
                    vault=vault,
                    keep_days=settings.ledger.keep_days,
                    receive=lambda removal: show.receive(removal),  # noqa: PLW0108 - as above
                    forget_in_rules=obs.obs.rules.forget,
                ),
                *twitch.routers(accounts.audit),
                *acting.routers(accounts.audit),
                *obs.routers(accounts, address=lambda: control.address, has_picture=bridge is not None),
                *house.routers(
                    accounts.audit,
                    orders=lambda order: show.order(order),  # noqa: PLW0108 - as above
                    stage=stage,
                    brain=brain,
                    has_picture=bridge is not None,
                ),
            ],
            tls=lambda: tls_in(settings, data_dir()),
            overlays=overlays,
        )

        look = Look(
            settings.stage,
            stage.send,
            lambda turn: card_for(turn, moderating.gate_in.speakable),
            overlays=overlays.caption,
        )

        turns = itertools.count(1)
        show = Show(
            Parts(
                source=source,
                gate_in=moderating.gate_in,
                understander=SpacyUnderstander(names),
                audience=(audience := Audience(settings.audience)),
                floor=(floor := Floor(settings.audience.pause_s)),
                dialogue=dialogue,
                gate_out=moderating.gate_out,
                voice=voice,
                stage=stage,
                cues=look.cues,
                card=look.card,
                order_from=lambda message: order_from(message, names),
                watcher=Watchers(*watchers),
                new_turn_id=lambda: f"{run}-{next(turns)}",
                page_link=control.mint_link if settings.control.enabled else lambda: "",
                on_ready=lambda: _begin(look, bridge, stage, sync=options.sync),
                understood=harmless(counter.understood, moderating.storms.understood, overlays.understood),
                admits=moderating.storm.admits,
                opted_out=moderating.opt_outs.holds,
                own=acting.wrote,
                key_stands=(stop_key := _stop_key(bridge, feed, settings)).stands,
                board=overlays.board(Beside(feed.board, lambda mood: obs.obs.rules.mood(mood, ""))),
                manners=obs.manners,
                ordered=_both(note_orders(accounts.audit), house.follow),
                approval=settings.safety.approval,
                approval_s=settings.safety.approval_s,
                approval_then_say=settings.safety.approval_then == "say",
                intake_limit=settings.chat.intake_limit,
                open_channel=sources.change,
                offer_channel=isinstance(source, Demo) and not options.sync and options.seconds is None,
            ),
            clock,
        )
        live.connect(
            show,
            feed,
            floor=floor,
            audience=audience,
            dialogue=dialogue,
            voice=voice,
            look=look,
            storms=moderating.storms,
            stop_key=stop_key,
        )
        _join(show, feed, moderating, notes, accounts.audit)
        twitch.connect(house.desk, lambda: _follow(sources, show))
        obs.connect(show, moderating, house.desk)
        _count(metrics, show, ledger, sources, own, moderating, obs, overlays)
        _run_beside(
            closing,
            load=_sampler(clock, show, ledger).run(),
            backups=house.backups.run(),
            storms=moderating.storms.run(),
            ear=moderating.hear(),
            twitch=twitch.run(),
            alerts=overlays.run_alerts(),
        )
        if settings.control.enabled:
            await open_page(control, closing, notes, terminal)
        if terminal.live:
            closing.enter_context(status_line)
        yield show


def _begin(look: Look, bridge: Bridge | None, stage: GodotStage | SilentStage, *, sync: bool) -> float:
    """The picture stands."""
    look.begin()
    if bridge is not None:
        let_the_voice_go_first()
    return send_sync(bridge, stage) if sync else 0.0


def _both(*told: Callable[[Order, str], None]) -> Callable[[Order, str], None]:
    def tell(order: Order, refusal: str) -> None:
        for each in told:
            each(order, refusal)

    return tell


def _stop_key(bridge: Bridge | None, feed: Feed, settings: Settings) -> StopKey:
    """Its troubles are not for the stage: what is wrong with a key is none of the audience's business."""
    stop_key = StopKey(bridge, lambda sentence: feed.health("stop key", sentence))
    stop_key.adopt(settings.stage.stop_key)
    return stop_key


def _join(show: Show, feed: Feed, moderating: Moderating, notes: Notes, audit: Audit) -> None:
    """What had to wait until the show was made."""
    notes.tell(show.note)
    moderating.connect(show, feed, audit)


def _follow(sources: Sources, show: Show) -> None:
    """Somebody has logged in at Twitch: their channel is read, and in full."""
    if (channel := sources.awaited()) is not None:
        show.change_channel(channel)


class Counted(Protocol):
    def count(self, metrics: Metrics) -> None: ...


def _count(metrics: Metrics, show: Show, ledger: Ledger, *others: Counted) -> None:
    for each in others:
        each.count(metrics)
    metrics.watch("intake", "Items that wait to be read; bounded by chat.intake_limit.", lambda: show.waiting_to_be_read)
    metrics.watch("ledger_backlog", "Ledger lines that are not on disk yet.", lambda: ledger.waiting)
    metrics.watch(
        "ledger_overflow", "Ledger lines lost since the start because the disk was away too long.", lambda: ledger.overflowed
    )


def _sampler(clock: Clock, show: Show, ledger: Ledger) -> Sampler:
    return Sampler(clock, ledger.sampled, lambda: show.waiting_to_be_read, lambda: ledger.waiting)


def _run_beside(closing: AsyncExitStack, **work: Coroutine[Any, Any, None]) -> None:
    """Until the show ends."""
    for name, each in work.items():
        closing.callback(asyncio.get_running_loop().create_task(each, name=name).cancel)


def _tell(name: str, *told: Callable[[str], None]) -> None:
    for each in told:
        each(name)
