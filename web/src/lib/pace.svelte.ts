// The step to ask about. A run in training is a moving target: followed, its newest step is asked for a few times a second.
import type { Page } from "./state.svelte";

/** The step shown, or the newest one every `pause` milliseconds while it trains; call it while a component is being made. */
export function usePace(page: Page, pause = 400): () => number {
  let settled = $state(0);
  const live = $derived(page.training && page.following && !page.player.playing);
  $effect(() => {
    if (!live) return;
    const look = (): void => {
      settled = page.steps;
    };
    look();
    const timer = setInterval(look, pause);
    return () => clearInterval(timer);
  });
  return () => (live ? settled : page.step);
}
