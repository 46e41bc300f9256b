// The views in the order of the rail. All but the first are fetched when one of them is opened.
import type { Component } from "svelte";
import type { IconName } from "../parts/icons";
import type { Permission } from "../session.svelte";

export interface View {
  /** In the address: `#/on-air`. */
  path: string;
  name: string;
  icon: IconName;
  /** Who lacks it is told so instead. */
  needs: Permission;
  load: () => Promise<{ default: Component }>;
}

export const VIEWS: readonly View[] = [
  { path: "on-air", name: "On air", icon: "air", needs: "watch", load: () => import("./on-air/OnAir.svelte") },
  { path: "moderation", name: "Moderation", icon: "shield", needs: "moderate", load: () => import("./moderation/Moderation.svelte") },
  { path: "analytics", name: "Analytics", icon: "chart", needs: "analyse", load: () => import("./analytics/Analytics.svelte") },
  { path: "set-up", name: "Set-up", icon: "tune", needs: "watch", load: () => import("./set-up/SetUp.svelte") },
];
