// What one may have done with a message, from the queue and from the chat.
import { link } from "../../live";
import type { Item } from "../../live/types";
import { orders } from "../../shell/orders.svelte";

export const answer = (item: Item): Promise<boolean> => orders.give("answer", { item: item.id }, `${item.name || "This"} is answered next.`);

export const never = (item: Item): Promise<boolean> =>
  orders.give("never", { item: item.id }, `This of ${item.name || "somebody"} will not be answered.`, () => link.order("never", { item: item.id, on: false }));
