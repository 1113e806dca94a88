// The step to ask about. A run in training is a moving target: followed, its newest step is asked for now and then.
import { untrack } from "svelte";
import type { Page } from "./state.svelte";

/** How long to wait for the next look, in ms; it may follow what the last one cost. */
type Pause = number | (() => number);

const SOON = 40;

/** The steps made, while the run trains only as of every `pause` milliseconds, or so many looks ago; call it while a component is being made. */
export function useSteps(page: Page, pause: Pause, ago = 0): () => number {
  let settled = $state(0);
  let seen: number[] = [];
  let timer: ReturnType<typeof setTimeout>;
  const training = $derived(page.training ? (page.run?.number ?? null) : null);
  $effect(() => {
    if (training === null) return;
    seen = [];
    const look = (): void => {
      seen = [...seen, page.steps].slice(-ago - 1);
      settled = seen[0];
      const next = typeof pause === "number" ? pause : pause();
      // Before the first step there is nothing to ask about, so looking costs nothing, and the picture stands the sooner.
      timer = setTimeout(look, page.steps === 0 ? Math.min(next, SOON) : next);
    };
    // What is looked at is no reason to look again.
    untrack(look);
    return () => clearTimeout(timer);
  });
  return () => (training === null ? page.steps : settled);
}

/** The step shown, or every `pause` milliseconds a new one while it trains: the newest that is surely in the logbook, which takes some time. */
export function usePace(page: Page, pause = 1000): () => number {
  const steps = useSteps(page, pause, 2);
  return () => (page.live ? steps() : page.step);
}
