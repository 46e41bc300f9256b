// One page for all overlays: its address says which one it is. Nothing is shown while the show is away, and no error ever.
import "./overlay.css";
import "./caption.css";
import "./card.css";
import "./alert.css";
import "./mood.css";
import { Alert } from "./alert";
import { Caption } from "./caption";
import { Card } from "./card";
import { OverlayLink } from "./link";
import { Mood } from "./mood";
import { readMotion } from "./motion";
import { made, type View } from "./parts";
import { adoptThemes } from "./theme";
import { takeToken } from "./token";

const PAGES: Record<string, { cell: string; title: string; make: (place: HTMLElement, now: () => number) => View }> = {
  caption: { cell: "caption", title: "What the co-host says", make: (place, now) => new Caption(place, now) },
  cards: { cell: "card", title: "What the co-host answers", make: (place) => new Card(place) },
  alerts: { cell: "alert", title: "What happens in the channel", make: (place) => new Alert(place) },
  mood: { cell: "mood", title: "How the co-host feels", make: (place) => new Mood(place) },
};

let token = takeToken();
const name = location.pathname.split("/")[2] ?? "";
const page = PAGES[name];
const place = document.getElementById("overlay")!;
if (page) {
  document.title = `Sidecast: ${page.title}`;
  place.append(made("h1", "unseen", page.title));
  const view = page.make(place, () => link.now());
  const link: OverlayLink = new OverlayLink(name, () => token, {
    cells: (cells, run) => page.cell in cells && view.take(cells[page.cell] ?? null, run),
    away: () => view.take(null, ""),
  });
  const arrange = (): void => {
    readMotion();
    view.arrange?.();
  };
  adoptThemes(arrange);
  addEventListener("resize", arrange);
  void document.fonts.ready.then(arrange);
  addEventListener("hashchange", () => {
    token = takeToken();
    link.connect();
  });
  arrange();
  link.connect();
}
