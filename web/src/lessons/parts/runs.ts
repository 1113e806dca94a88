// Orders to the engine and their ends. A lesson shows nothing that the engine did not do.
import { isUnderWay } from "../../lib/book.svelte";
import { numbers } from "../../lib/framing";
import type { Args, Source } from "../../lib/source";
import type { Page } from "../../lib/state.svelte";

const made = new WeakMap<Source, Map<string, Promise<unknown>>>();

/** One run, as a lesson needs it: the loss before each update, and chosen weights from the start on. */
export interface Path {
  readonly run: number;
  readonly status: string;
  readonly losses: ArrayLike<number>;
  readonly weights: readonly ArrayLike<number>[];
}

/** Whether a run reached NaN or infinity, and ended there. */
export const flew = ({ status }: { readonly status: string }): boolean => status === "nonfinite";
/** What is said of one that did. */
export const FLEW = "It left every number behind: steps with this lr are too large. Make the learning rate smaller.";

/** The same order is carried out once: determinism would give the same bits again. */
function once<T>(page: Page, key: string, order: () => Promise<T>): Promise<T> {
  const { source } = page.practice;
  const kept = made.get(source) ?? new Map<string, Promise<unknown>>();
  made.set(source, kept);
  const known = kept.get(key) as Promise<T> | undefined;
  if (known) return known;
  const answer = order();
  kept.set(key, answer);
  answer.catch(() => kept.delete(key));
  return answer;
}

/** Waits until a run has ended, and answers how. */
export function ended(page: Page, run: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let over = false;
    let failures = 0;
    const settle = (tell: () => void): void => {
      if (over) return;
      over = true;
      stop();
      clearInterval(timer);
      tell();
    };
    // Pushes may be missed while a connection is made anew, so it is also asked now and then.
    const look = (): void =>
      void page.practice.ask("describe", { run }).then(
        (found) => !found.training && !isUnderWay(found.status) && settle(() => resolve(found.status)),
        // A run that has just begun may not be in the logbook yet; one that is never found is told of.
        (error: Error) => ++failures > 5 && settle(() => reject(error)),
      );
    const stop = page.practice.source.onPush((push) => {
      if (push.push === "progress" && push.run === run && !isUnderWay(push.status)) settle(() => resolve(push.status));
    });
    const timer = setInterval(look, 1500);
    look();
  });
}

/** Trains to the end and answers the run's number. */
export const trained = (page: Page, order: Args<"train">): Promise<number> =>
  once(page, "train" + JSON.stringify(order), async () => {
    const { run } = await page.practice.ask("train", order);
    await ended(page, run);
    return run;
  });

/** Forks to the end and answers the run's number. */
export const forked = (page: Page, order: Args<"fork">): Promise<number> =>
  once(page, "fork" + JSON.stringify(order), async () => {
    const { run } = await page.practice.ask("fork", order);
    await ended(page, run);
    return run;
  });

/** Races to the end and answers the runs' numbers. */
export const raced = (page: Page, order: Args<"race">): Promise<readonly number[]> =>
  once(page, "race" + JSON.stringify(order), async () => {
    const { runs } = await page.practice.ask("race", order);
    for (const run of runs) await ended(page, run);
    return runs;
  });

/** The path of a run that has ended. */
export const pathOf = (page: Page, run: number, names: readonly string[]): Promise<Path> =>
  once(page, "path" + JSON.stringify([run, names]), async () => {
    const found = await page.practice.ask("describe", { run });
    const series = await page.practice.ask("series", { run, names: ["loss"], first: 1, last: found.steps, points: 4096 });
    const trace = names.length ? await page.practice.ask("trace", { run, weights: [...names], points: 100_000 }) : null;
    return {
      run,
      status: found.status,
      losses: numbers(series.columns, "loss.last"),
      weights: names.map((_, i) => numbers(trace!.columns, trace!.weights[i])),
    };
  });
