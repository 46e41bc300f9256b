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
  { path: "doctor", name: "Doctor", icon: "doctor", needs: "watch", load: () => import("./doctor/Doctor.svelte") },
];
