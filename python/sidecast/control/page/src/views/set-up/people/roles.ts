// Roles and permissions in words. Which role has which is the server's to say (control/access/permission.py).
import type { Permission } from "../../../session.svelte";

export const ROLES: Record<string, { name: string; may: string }> = {
  viewer: { name: "Viewer", may: "you may look at the show and its figures." },
  moderator: { name: "Moderator", may: "you may also direct the host, moderate, and see what is known of viewers." },
  owner: { name: "Owner", may: "you may do everything, also invite people and change settings." },
};

export const PERMISSIONS: Record<Permission, string> = {
  watch: "See the chat, the turns and the state of the show",
  analyse: "See figures of this and earlier streams",
  direct: "Stop, mute, skip, choose whom to answer, say a line",
  moderate: "Change levels, lists and storm controls; time out, warn and delete at Twitch",
  viewers: "See what is known of a viewer, and erase it",
  act: "Write in chat, give shout-outs, run polls, settle rewards and ban, at Twitch; test rules",
  configure: "Change settings, persona, voice, brain and channel",
  members: "Invite and remove people, make keys, read the audit",
  keep: "Back up, restore, set retention",
};
