import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// Flat names under /page/: the server looks each one up in a table, so no address can lead to another file.
// Few and larger chunks: each has a dictionary of its own when it is compressed, and each is one more request.
export default defineConfig({
  base: "/page/",
  plugins: [svelte()],
  build: {
    assetsDir: "",
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: ["index.html", "overlay.html"],
      output: {
        entryFileNames: "[name].[hash].js",
        chunkFileNames: "[name].[hash].js",
        assetFileNames: "[name].[hash][extname]",
        codeSplitting: {
          groups: [
            // a browser source loads this and nothing of the control room
            { name: "overlay", test: /\/src\/overlay\//, priority: 3 },
            // the first view comes with the page: it is what nearly everybody opens
            { name: "main", test: /node_modules\/(?:svelte|esm-env|clsx)\/|\/src\/(?!views)|\/src\/views\/(?:on-air|index)/, priority: 2 },
            // all the others are one: words and patterns that they share are compressed once, which is 3 kB less
            { name: "views", test: /\/src\/views\/|node_modules\/uplot/, priority: 1 },
          ],
        },
      },
    },
  },
});
