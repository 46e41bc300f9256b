// The parts of every view.
export { default as Ago } from "./Ago.svelte";
export { default as Button } from "./Button.svelte";
export { default as Chips } from "./Chips.svelte";
export { default as Dialog } from "./Dialog.svelte";
export { default as Empty } from "./Empty.svelte";
export { default as Field } from "./Field.svelte";
export { default as Icon } from "./Icon.svelte";
export { default as Load } from "./Load.svelte";
export { default as May } from "./May.svelte";
export { default as Panel } from "./Panel.svelte";
export { default as Switch } from "./Switch.svelte";
export { default as Table } from "./Table.svelte";
export type { Column } from "./table";
export { default as Tag } from "./Tag.svelte";
export { default as Trouble } from "./Trouble.svelte";
export { confirmed } from "./confirm.svelte";
export { toasts } from "./toast.svelte";
