// What the server says of backups and the vault's key.
export interface BackupFile { name: string; made_ms: number; size: number; daily: boolean }
export interface KeyState { way: "keyring" | "passphrase" | "file"; number: number; has_words: boolean; keyring: string }
export interface Keeping {
  key: KeyState;
  backups: BackupFile[];
  folder: string;
  daily: boolean;
  copies: number;
  next_ms: number | null;
  making: number | null;
  trouble: string;
  opens_elsewhere: boolean;
  restore_ms: number | null;
  erased_gone_ms: number | null;
  by_hand: number;
}

export function bytes(size: number): string {
  if (size < 1e6) return `${Math.max(1, Math.round(size / 1e3))} kB`;
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(2)} GB`;
}

export const moment = (ms: number): string => new Date(ms).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
export const day = (ms: number): string => new Date(ms).toLocaleDateString(undefined, { day: "numeric", month: "long", year: "numeric" });
