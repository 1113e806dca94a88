// The wiring: a source, an address and a place in the document become a page.
import { mount, unmount } from "svelte";
import type { Address } from "../lib/address";
import type { Source } from "../lib/source";
import { Page } from "../lib/state.svelte";
import App from "./App.svelte";
import "./theme.css";

/** Draws the page into `target`; call the answer to take it away again. */
export function mountPage(target: HTMLElement, source: Source, address: Address): () => void {
  const page = new Page(source, address);
  const app = mount(App, { target, props: { page } });
  return () => {
    void unmount(app);
    source.close();
  };
}
