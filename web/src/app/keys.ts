// The keyboard of the page: space plays, arrows step, digits choose a phase.
import { PHASES, type Page } from "../lib/state.svelte";

const TYPING = "input, select, textarea, [contenteditable], [role=application], [role=slider]";

export function keyed(event: KeyboardEvent, page: Page): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (page.route.place !== "run" || !page.run) return;
  const target = event.target as HTMLElement | null;
  if (target?.closest?.(TYPING)) return;
  const onButton = !!target?.closest?.("button, a, summary");
  const { player } = page;
  const phase = PHASES[Number(event.key) - 1];
  if (event.key === " " && !onButton) player.toggle();
  else if (event.key === "ArrowRight") event.shiftKey || !player.phases ? player.walk(1) : player.walkPhase(1);
  else if (event.key === "ArrowLeft") event.shiftKey || !player.phases ? player.walk(-1) : player.walkPhase(-1);
  else if (event.key === "Home") page.goToStep(1);
  else if (event.key === "End") page.goToStep(page.steps);
  else if (phase && player.phases) player.show(phase);
  else return;
  event.preventDefault();
}
