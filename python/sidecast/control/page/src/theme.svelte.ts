// Dark, light, or as the system has it; kept in this browser. public/theme.js sets it before the first paint.

export const THEMES = ["dark", "light", "system"] as const;
export type Theme = (typeof THEMES)[number];

class Look {
  theme = $state<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? "dark");

  choose(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
    keep("theme", theme);
  }
}

export const look = new Look();

/** A setting of this browser alone. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // private windows may keep nothing: it holds until the page is closed
  }
}

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
