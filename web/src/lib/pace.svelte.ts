// The step to ask about. A run in training is a moving target: followed, its newest step is asked for now and then.
import { untrack } from "svelte";
import type { Page } from "./state.svelte";

/** How long to wait for the next look, in ms; it may follow what the last one cost. */
type Pause = number | (() => number);

const SOON = 40;

/** After so many milliseconds a step is surely in the logbook. */
const WRITTEN = 2000;

/** How many times as long as answering took a view rests before it asks again: of two cores training wants one for itself, and the browser the other. */
const rest = (): number => ((globalThis.navigator?.hardwareConcurrency ?? 2) > 2 ? 3 : 10);

/** The steps made, while the run trains only as of every `pause` milliseconds, the less often the longer answers take, or as of a look at least so long `ago`; call it while a component is being made. */
export function useSteps(page: Page, pause: Pause, ago = 0): () => number {
  let settled = $state(0);
  let seen: { steps: number; at: number }[] = [];
  let before = page.answering;
  let timer: ReturnType<typeof setTimeout>;
  const training = $derived(page.training ? (page.run?.number ?? null) : null);
  $effect(() => {
    if (training === null) return;
    seen = [];
    const look = (): void => {
      const now = performance.now();
      seen.push({ steps: page.steps, at: now });
      seen = seen.slice(Math.max(0, seen.findLastIndex(({ at }) => now - at >= ago)));
      settled = seen[0].steps;
      const next = Math.max(typeof pause === "number" ? pause : pause(), rest() * (page.answering - before));
      before = page.answering;
      // Before the first step there is nothing to ask about, so looking costs nothing, and the picture stands the sooner.
      timer = setTimeout(look, page.steps === 0 ? Math.min(next, SOON) : next);
    };
    // What is looked at is no reason to look again.
    untrack(look);
    return () => clearTimeout(timer);
  });
  return () => (training === null ? page.steps : settled);
}

/** The step shown, or every `pause` milliseconds a new one while it trains: the newest that is surely in the logbook. */
export function usePace(page: Page, pause = 1000): () => number {
  const steps = useSteps(page, pause, WRITTEN);
  return () => (page.live ? steps() : page.step);
}
