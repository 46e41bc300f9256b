// Keys of the whole page, and the list of them that `?` shows. A view adds its own while it is open.
import { onMount } from "svelte";
import { session } from "../session.svelte";
import { keep, kept } from "../theme.svelte";
import { orders } from "./orders.svelte";

export interface Key {
  /** As `event.key` has it; letters in lower case. */
  key: string;
  /** What stands on the help; empty: as `key`. */
  shown?: string;
  what: string;
  /** Returns false when it does not apply now. */
  press: (event: KeyboardEvent) => unknown;
  /** Only told here: a part of the page listens for it itself, while it has the focus. */
  elsewhere?: boolean;
}

class Keys {
  on = $state(kept("keys") !== "off");
  help = $state(false);
  #views = $state.raw<{ name: string; keys: Key[] }[]>([]);

  readonly always: readonly Key[] = [
    { key: "Escape", shown: "Esc", what: "Stop: silence at once", press: () => orders.overrule("stop") },
    { key: " ", shown: "Space", what: "Stop, too, where nothing else takes it", press: () => orders.overrule("stop") },
    { key: "m", what: "Mute, and unmute", press: () => orders.overrule("mute", orders.state !== "muted") },
    { key: "s", what: "Skip what it says now", press: () => orders.overrule("skip") },
    { key: "?", what: "This list", press: () => (this.help = true) },
  ];

  get views(): readonly { name: string; keys: Key[] }[] {
    return this.#views;
  }

  turn(on: boolean): void {
    this.on = on;
    keep("keys", on ? "on" : "off");
  }

  /** Keys of a part of the page while it is there; call it at a component's start. */
  add(name: string, keys: Key[]): void {
    onMount(() => {
      const added = { name, keys };
      this.#views = [...this.#views, added];
      return () => (this.#views = this.#views.filter((each) => each !== added));
    });
  }

  pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !this.on) return;
    // in a dialog Escape closes it, and nothing else is meant for the page behind it
    if (document.querySelector("dialog[open]")) return;
    const target = event.target instanceof Element ? event.target : null;
    const typing = target?.closest("input, select, textarea, [contenteditable]");
    if (event.key !== "Escape" && typing) return;
    // on a button, a link or a list, space keeps what it means there
    if (event.key === " " && target?.closest('button, summary, a, [tabindex="0"]')) return;
    const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const all = [...this.#views.flatMap((view) => view.keys).reverse(), ...(session.may("direct") ? this.always : this.always.slice(-1))];
    const key = all.find((each) => each.key === wanted && !each.elsewhere);
    if (key && key.press(event) !== false) event.preventDefault();
  }
}

export const keys = new Keys();
