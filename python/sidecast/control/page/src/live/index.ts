// The one link and the one store of this page.
import { knownHere } from "../session.svelte";
import { Link } from "./link";
import { Store } from "./store.svelte";

export const store = new Store();
export const link = new Link(store, async () => !(await knownHere()));
