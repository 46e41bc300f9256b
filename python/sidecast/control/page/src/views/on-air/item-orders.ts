// What one may have done with a message, from the queue and from the chat.
import { acting } from "../../acting/acting.svelte";
import { link } from "../../live";
import type { Item } from "../../live/types";
import { session } from "../../session.svelte";
import { orders } from "../../shell/orders.svelte";

export const answer = (item: Item): Promise<boolean> => orders.give("answer", { item: item.id }, `${item.name || "This"} is answered next.`);

export const never = (item: Item): Promise<boolean> =>
  orders.give("never", { item: item.id }, `This of ${item.name || "somebody"} will not be answered.`, () => link.order("never", { item: item.id, on: false }));

/** Whether something could be done at Twitch about whoever wrote it. */
export const actsAtTwitch = (item: Item): boolean => !!item.id && !!item.name && session.may("moderate") && acting.ready && item.kind !== "said";

export const actOn = (item: Item): void => {
  acting.about = { item: item.id!, name: item.name, kind: item.kind, text: item.text };
};
