// How the host feels: a small sign, and around the picture a frame for themes that want one.
import { drawn, made, show, type View } from "./parts";

// Eyes and mouth on a face of 24 by 24.
const DOTS = "M8.5 10v.01M15.5 10v.01";
const HAPPY_EYES = "M7 10.5q1.5-2 3 0M14 10.5q1.5-2 3 0";
const SHUT_EYES = "M7 10q1.5 1.5 3 0M14 10q1.5 1.5 3 0";
const FACES: Record<string, string> = {
  neutral: `${DOTS}M8.5 15.5h7`,
  happy: `${DOTS}M7.5 14q4.5 4.5 9 0`,
  laughing: `${HAPPY_EYES}M7.5 13.5h9q-.5 5-4.5 5t-4.5-5Z`,
  sad: `${DOTS}M8 16.5q4-3.5 8 0`,
  angry: "M7 8.5l3 1.5M17 8.5l-3 1.5M8.5 11.5v.01M15.5 11.5v.01M8.5 16.5q3.5-2.5 7 0",
  surprised: `${DOTS}M12 14a2 2.2 0 1 0 .01 0Z`,
  thinking: "M8.5 9.5v.01M15.5 9.5v.01M14 7l3-.8M9 15.5q3-1.5 6-.5",
  embarrassed: `${SHUT_EYES}M9 15.5q1.5-1.5 3 0t3 0`,
  sleepy: `${SHUT_EYES}M10.5 15.5h3`,
};
const AWAY = ["starting", "muted", "stopped"];

export class Mood implements View {
  #box = made("section", "mood");
  #frame = made("div", "frame");
  #face = drawn("0 0 24 24", [{ d: "M12 2.5a9.5 9.5 0 1 0 .01 0Z" }, { d: FACES["neutral"]! }], "face");
  #word = made("span", "word");

  constructor(place: HTMLElement) {
    this.#box.append(this.#face, this.#word);
    place.append(this.#frame, this.#box);
  }

  take(cell: Record<string, unknown> | null): void {
    const { mood, state } = (cell ?? { mood: "", state: "stopped" }) as { mood: string; state: string };
    // a host that is muted or away feels nothing on the stream
    const on = !AWAY.includes(state);
    for (const element of [this.#box, this.#frame]) {
      show(element, on);
      if (on) element.dataset["mood"] = mood in FACES ? mood : "neutral";
    }
    if (!on) return;
    if (this.#word.textContent !== mood) {
      this.#word.textContent = mood;
      this.#face.lastElementChild!.setAttribute("d", FACES[mood] ?? FACES["neutral"]!);
      this.#face.classList.remove("new");
      void this.#face.getBoundingClientRect();
      this.#face.classList.add("new");
    }
  }
}
