// The time, as coarse as words about it are.

class Now {
  ms = $state(Date.now());

  constructor() {
    setInterval(() => (this.ms = Date.now()), 10_000);
  }
}

export const now = new Now();
