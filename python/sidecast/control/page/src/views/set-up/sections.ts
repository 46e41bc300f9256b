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
  { path: "me", name: "My account", icon: "person", needs: "watch", load: () => import("./me/Account.svelte") },
  { path: "people", name: "People", icon: "people", needs: "members", load: () => import("./people/People.svelte") },
  { path: "keys", name: "Keys", icon: "key", needs: "members", load: () => import("./keys/Keys.svelte") },
  { path: "audit", name: "Audit", icon: "clock", needs: "members", load: () => import("./audit/Audit.svelte") },
  { path: "doctor", name: "Doctor", icon: "doctor", needs: "watch", load: () => import("./doctor/Doctor.svelte") },
];
