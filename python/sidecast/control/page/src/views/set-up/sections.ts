// The sections of Set-up, in their order: `#/set-up/<path>`.
import type { Component } from "svelte";
import type { IconName } from "../../parts/icons";
import type { Permission } from "../../session.svelte";

export interface Section {
  path: string;
  name: string;
  icon: IconName;
  needs: Permission;
  load: () => Promise<{ default: Component }>;
}

export const SECTIONS: readonly Section[] = [
  { path: "start", name: "First steps", icon: "heart", needs: "configure", load: () => import("./start/Start.svelte") },
  { path: "twitch", name: "Twitch", icon: "answer", needs: "configure", load: () => import("./twitch/Twitch.svelte") },
  { path: "obs", name: "OBS", icon: "play", needs: "configure", load: () => import("./obs/Obs.svelte") },
  { path: "overlays", name: "Overlays", icon: "link", needs: "configure", load: () => import("./overlays/Overlays.svelte") },
  { path: "voice", name: "Voice", icon: "sound", needs: "configure", load: () => import("./settings/Voice.svelte") },
  { path: "brain", name: "Brain", icon: "bolt", needs: "configure", load: () => import("./settings/Brain.svelte") },
  { path: "avatar", name: "Avatar", icon: "screen", needs: "configure", load: () => import("./settings/Avatar.svelte") },
  { path: "persona", name: "Persona", icon: "edit", needs: "configure", load: () => import("./settings/Persona.svelte") },
  { path: "plugins", name: "Plugins", icon: "plus", needs: "configure", load: () => import("./settings/Plugins.svelte") },
  { path: "secrets", name: "Secrets", icon: "shield", needs: "configure", load: () => import("./secrets/Secrets.svelte") },
  { path: "backup", name: "Backup", icon: "down_load", needs: "keep", load: () => import("./backup/Backup.svelte") },
  { path: "more", name: "More settings", icon: "tune", needs: "configure", load: () => import("./settings/More.svelte") },
  { path: "me", name: "You", icon: "person", needs: "watch", load: () => import("./me/Account.svelte") },
  { path: "people", name: "People", icon: "people", needs: "members", load: () => import("./people/People.svelte") },
  { path: "keys", name: "Keys", icon: "key", needs: "members", load: () => import("./keys/Keys.svelte") },
  { path: "audit", name: "Audit", icon: "clock", needs: "members", load: () => import("./audit/Audit.svelte") },
  { path: "doctor", name: "Doctor", icon: "doctor", needs: "watch", load: () => import("./doctor/Doctor.svelte") },
];
