// The message or event that is being answered: scenes/overlay/card/ in the app.
import { isGone, made, show, vanish, type View } from "./parts";

const VERBS: Record<string, string> = { message: "wrote", question: "asked", event: "" };
const LEAVE_MS = 160;

export class Card implements View {
  #box = made("section", "card");
  #name = made("b", "name");
  #verb = made("span", "verb");
  #text = made("p", "text");
  #turn = "";
  #leaving = 0;

  constructor(place: HTMLElement) {
    const words = made("div", "words");
    const head = made("div", "head");
    this.#name.dir = "auto";
    this.#text.dir = "auto";
    head.append(this.#name, this.#verb);
    words.append(head, this.#text);
    this.#box.append(made("i", "bar"), words);
    place.append(this.#box);
  }

  take(cell: Record<string, unknown> | null): void {
    clearTimeout(this.#leaving);
    if (!cell || isGone(cell)) {
      this.#turn = "";
      if (cell) vanish(this.#box);
      else show(this.#box, false);
      if (cell) this.#clear();
      else this.#leaving = window.setTimeout(() => this.#clear(), LEAVE_MS);
      return;
    }
    const told = cell as { turn: string; name: string; colour: string; text: string; style: string };
    if (told.turn !== this.#turn) vanish(this.#box);
    this.#turn = told.turn;
    const style = told.style in VERBS ? told.style : "message";
    this.#box.dataset["style"] = style;
    this.#box.style.setProperty("--name", told.colour);
    this.#name.textContent = told.name;
    this.#verb.textContent = VERBS[style]!;
    this.#text.textContent = told.text;
    this.#text.hidden = !told.text;
    show(this.#box, true);
  }

  #clear(): void {
    this.#name.textContent = "";
    this.#text.textContent = "";
  }
}
