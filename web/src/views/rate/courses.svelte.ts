// The losses of several runs, each read again as it grows.
import { SvelteMap } from "svelte/reactivity";
import type { Law, RunRow } from "../../lib/messages";
import type { Page } from "../../lib/state.svelte";
import { courseOf, type Course } from "./losses";

/** Losses by run number, from step `first` on; call it while a component is being made. */
export function useCourses(page: Page, runs: () => readonly RunRow[], first: () => number, last: () => number | null): ReadonlyMap<number, Course> {
  const known = new SvelteMap<number, Course>();
  const read = new Map<number, string>();
  const flying = new Set<number>();
  let over = false;

  async function fetch(run: RunRow): Promise<void> {
    if (over) return;
    const from = first();
    const to = Math.min(run.steps, last() ?? run.steps);
    const key = `${from} ${to}`;
    if (to < from || read.get(run.number) === key || flying.has(run.number)) return;
    flying.add(run.number);
    try {
      const answer = await page.ask("series", { run: run.number, names: ["loss"], first: from, last: to, points: 800 });
      read.set(run.number, key);
      known.set(run.number, courseOf(run.number, answer.columns));
    } catch {
      // A curve that cannot be read is left out; the run itself says what is wrong with it.
      read.set(run.number, key);
    }
    flying.delete(run.number);
    if (over) return;
    const now = runs().find((other) => other.number === run.number);
    if (now) void fetch(now);
  }
  $effect(() => {
    first();
    last();
    for (const run of runs()) void fetch(run);
  });
  $effect(() => () => (over = true));
  return known;
}

/** The optimizer that each run was given; call it while a component is being made. */
export function useLaws(page: Page, runs: () => readonly RunRow[]): ReadonlyMap<number, Law> {
  const known = new SvelteMap<number, Law>();
  const asked = new Set<number>();
  $effect(() => {
    for (const { number } of runs()) {
      if (asked.has(number)) continue;
      asked.add(number);
      page.ask("describe", { run: number }).then(
        (description) => known.set(number, description.optimizer),
        () => asked.delete(number),
      );
    }
  });
  return known;
}
