import type { Attachment } from "svelte/attachments";

/** For a row of links that is longer than a phone is wide: has the current one in sight, anew whenever `chosen` changes. */
export function inSight(chosen: unknown): Attachment<HTMLElement> {
  return (list) => {
    void chosen;
    const here = list.querySelector<HTMLElement>("[aria-current]");
    if (here) list.scrollLeft = here.offsetLeft - (list.clientWidth - here.clientWidth) / 2;
  };
}
