import { readdirSync } from "node:fs";

const components = readdirSync(new URL("src", import.meta.url), { recursive: true }).map((name) => String(name).replaceAll("\\", "/")).sort();

// TypeScript is only stripped, which the compiler does itself.
export default {
  compilerOptions: {
    runes: true,
    discloseVersion: false,
    // a number, for it stands at every element, and a hash cannot be compressed
    cssHash: ({ filename }) => `s${components.findIndex((name) => filename.replaceAll("\\", "/").endsWith(`src/${name}`)).toString(36)}`,
  },
};
