// The picture of the show, kept from the frames of the link. Whoever draws is called once an animation frame with what changed.

export class Store {
  constructor() {
    this.run = "";
    this.seq = 0;
    this.cells = {};
    this.messages = new Map();
    this.lines = new Map();
    this.views = [];
    this.changed = new Set();
    this.drawing = false;
  }

  /** `draw(store)` is called when one of `keys` changed. */
  draws(keys, draw) {
    this.views.push({ keys, draw });
  }

  apply(frame) {
    if (frame.full || frame.run !== this.run) {
      this.messages.clear();
      this.lines.clear();
      this.cells = { link: this.cells.link };
    }
    this.run = frame.run;
    this.seq = frame.seq;
    for (const [key, value] of Object.entries(frame.cells)) {
      const numbered = /^([ml])(\d+)$/.exec(key);
      if (!numbered) this.set(key, value);
      else (numbered[1] === "m" ? this.messages : this.lines).set(Number(numbered[2]), value);
    }
    if (this.trim(this.messages, frame.oldest.m) || this.touches(frame, "m")) this.touch("messages");
    if (this.trim(this.lines, frame.oldest.l) || this.touches(frame, "l")) this.touch("lines");
  }

  set(key, value) {
    this.cells[key] = value;
    this.touch(key);
  }

  touches(frame, letter) {
    return frame.full || Object.keys(frame.cells).some((key) => key[0] === letter && /^\d/.test(key.slice(1)));
  }

  trim(map, oldest) {
    let gone = false;
    for (const key of map.keys()) {
      if (key < oldest) gone = map.delete(key);
    }
    return gone;
  }

  touch(key) {
    this.changed.add(key);
    if (this.drawing) return;
    this.drawing = true;
    // a hidden tab gets no animation frames; it draws again when it is seen
    requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.drawing = false;
    const changed = this.changed;
    this.changed = new Set();
    for (const view of this.views) {
      if (view.keys.some((key) => changed.has(key))) view.draw(this);
    }
  }
}
