// The step to ask about. A run in training is a moving target: followed, its newest step is asked for now and then.
import type { Page } from "./state.svelte";

/** The steps made, while the run trains only as of every `pause` milliseconds; call it while a component is being made. */
export function useSteps(page: Page, pause: number): () => number {
  let settled = $state(0);
  const training = $derived(page.training ? (page.run?.number ?? null) : null);
  $effect(() => {
    if (training === null) return;
    const look = (): void => {
      settled = page.steps;
    };
    look();
    const timer = setInterval(look, pause);
    return () => clearInterval(timer);
  });
  return () => (training === null ? page.steps : settled);
}

/** The step shown, or the newest one every `pause` milliseconds while it trains; call it while a component is being made. */
export function usePace(page: Page, pause = 1000): () => number {
  const steps = useSteps(page, pause);
  const live = $derived(page.training && page.following && !page.player.playing);
  return () => (live ? steps() : page.step);
}
