import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// Flat names under /page/: the server looks each one up in a table, so no address can lead to another file.
export default defineConfig({
  base: "/page/",
  plugins: [svelte()],
  build: {
    assetsDir: "",
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { output: { entryFileNames: "[name].[hash].js", chunkFileNames: "[name].[hash].js", assetFileNames: "[name].[hash][extname]" } },
  },
});
