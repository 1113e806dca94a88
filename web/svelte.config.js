import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess({ script: false }),
  // Class names from the styles themselves: the bytes of the bundle must not depend on where it was built.
  compilerOptions: { runes: true, cssHash: ({ hash, css }) => `e${hash(css)}` },
};
