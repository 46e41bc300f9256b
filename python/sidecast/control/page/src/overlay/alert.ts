// One event of the channel after another. The show says which, and for how long; here it comes and goes.
import { isStill } from "./motion";
import { drawn, isGone, made, type View } from "./parts";

const LEAVE_MS = 450;
const SPARKS = 12;
const ICONS: Record<string, string> = {
  follow: "M12 20.5S3.5 15.4 3.5 9.4A4.6 4.6 0 0 1 12 6.9a4.6 4.6 0 0 1 8.5 2.5c0 6-8.5 11.1-8.5 11.1Z",
  sub: "m12 3 2.7 5.8 6.3.8-4.6 4.3 1.2 6.3L12 17.1l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8Z",
  resub: "m12 3 2.7 5.8 6.3.8-4.6 4.3 1.2 6.3L12 17.1l-5.6 3.1 1.2-6.3L3 9.6l6.3-.8Z",
  gift: "M4 11h16v9.5H4ZM3 7h18v4H3ZM12 7v13.5M12 7C9 7 7 6 7 4.4 7 2.5 10.5 2 12 7c1.5-5 5-4.5 5-2.6C17 6 15 7 12 7Z",
  cheer: "M12 3 5 13h4.5l-1.5 8L19 10h-5.5L15 3Z",
  hype_train: "M4 17V6.5h9V11h5.5L20 17ZM7 20.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM16.5 20.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7 9.5h3",
  raid: "M4 18.5c0-4 2.5-6 5-6s5 2 5 6M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM15 6a2.8 2.8 0 0 1 0 5.5M17 13c2 .6 3.5 2.4 3.5 5.5",
};

export class Alert implements View {
  #place: HTMLElement;
  #shown: HTMLElement | null = null;
  #which = "";

  constructor(place: HTMLElement) {
    this.#place = made("section", "alerts");
    place.append(this.#place);
  }

  take(cell: Record<string, unknown> | null, run: string): void {
    if (!cell || isGone(cell)) {
      this.#which = "";
      this.#leave(cell !== null);
      return;
    }
    const told = cell as { number: number; kind: string; name: string; colour: string; words: string; text: string };
    const which = `${run} ${told.number}`;
    if (which !== this.#which) {
      this.#which = which;
      this.#leave(false);
      this.#enter(told.kind);
    }
    const box = this.#shown!;
    box.style.setProperty("--name", told.colour);
    box.querySelector(".name")!.textContent = told.name;
    box.querySelector(".what")!.textContent = told.words;
    const text = box.querySelector<HTMLElement>(".text")!;
    text.textContent = told.text;
    text.hidden = !told.text;
  }

  #enter(kind: string): void {
    const box = made("div", "alert");
    box.dataset["kind"] = kind;
    const disc = made("div", "disc");
    disc.append(drawn("0 0 24 24", [{ d: ICONS[kind] ?? ICONS["follow"]! }]));
    if (!isStill()) {
      for (let at = 0; at < SPARKS; at += 1) {
        const spark = made("i", "spark");
        spark.style.setProperty("--turn", `${(360 / SPARKS) * at}deg`);
        disc.append(spark);
      }
    }
    const words = made("div", "words");
    const name = made("b", "name");
    const text = made("p", "text");
    name.dir = text.dir = "auto";
    words.append(name, made("span", "what"), text);
    box.append(disc, words);
    this.#place.append(box);
    this.#shown = box;
  }

  #leave(atOnce: boolean): void {
    const box = this.#shown;
    if (!box) {
      if (atOnce) this.#place.replaceChildren();
      return;
    }
    this.#shown = null;
    if (atOnce || isStill()) {
      this.#place.replaceChildren();
      return;
    }
    box.classList.add("leaving");
    setTimeout(() => box.remove(), LEAVE_MS);
  }
}
