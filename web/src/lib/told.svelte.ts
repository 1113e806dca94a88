// A list of examples that is shown whole: the old one stays until all of the new one has been told, so that no card waits beside others.
import { untrack } from "svelte";
import type { Page } from "./state.svelte";

interface Listed {
  /** The state that says something of them. */
  readonly step: number;
  readonly rows: readonly number[];
}

/** The newest list of which all was told, or could not be; the first one at once. Call it while a component is being made. */
export function useTold<T extends Listed>(page: Pick<Page, "ask" | "run">, list: () => T | null): () => T | null {
  let told = $state.raw<T | null>(null);
  let newest: T | null = null;
  let asking = false;

  async function ask(): Promise<void> {
    if (asking) return;
    asking = true;
    while (newest && newest !== told) {
      const { step, rows } = newest;
      const asked = newest;
      const run = page.run?.number;
      // What was told is kept by the page: the cards that ask again have it before anything is drawn.
      if (run !== undefined) await Promise.allSettled(rows.map((row) => page.ask("example", { run, row, step })));
      if (newest) told = asked;
    }
    asking = false;
  }

  $effect(() => {
    newest = list();
    untrack(() => {
      if (!newest || !told) told = newest;
      void ask();
    });
  });
  $effect(() => () => (newest = null));
  return () => told;
}
