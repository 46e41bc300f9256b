import type { Me } from "../../session.svelte";

/** How one can log in here. */
export interface Ways {
  /** Who this browser is already. */
  me: Me | null;
  empty: boolean;
  passphrase: boolean;
  oidc: { name: string } | null;
  twitch: boolean;
}

export interface DeviceCode {
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  expires_in_s: number;
  interval_s: number;
}

/** As the server has it. */
export const SHORTEST = 12;
