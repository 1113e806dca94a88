// One book of runs: its list, and the answers about it that can never change. The page has two: the one that was opened,
// and the one in which lessons practice.
import { Cache, keyOf, PURE } from "./cache";
import type { Push, RunRow } from "./messages";
import type { AnswerTo, Args, Ask, Source } from "./source";
import { Together } from "./together";

const UNDER_WAY: ReadonlySet<string> = new Set(["queued", "running"]);

/** Whether a run of this status waits or trains. */
export const isUnderWay = (status: string): boolean => UNDER_WAY.has(status);

export class Book {
  runs = $state.raw<readonly RunRow[]>([]);
  /** True once the list has been read. */
  known = $state(false);
  private readonly cache = new Cache(48 * 1024 * 1024);
  private listing: Promise<void> | null = null;
  private listAgain = false;
  private readonly together: Together;

  constructor(readonly source: Source) {
    this.together = new Together(source);
  }

  /** Asks the source; answers that can never change are kept, the least recently used go first. */
  async ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    if (!PURE.has(ask)) return this.source.ask(ask, args, signal);
    const key = keyOf(ask, args);
    const known = this.cache.get(key) as AnswerTo<K> | undefined;
    if (known) return known;
    const answer = await this.fetch(ask, args, signal);
    this.cache.put(key, answer);
    return answer;
  }

  /** A file holds each example by itself; what is answered on demand is asked for together. */
  private fetch<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    if (ask !== "example" || !this.source.can.replay) return this.source.ask(ask, args, signal);
    return this.together.ask(args as Args<"example">, signal) as Promise<AnswerTo<K>>;
  }

  /** Reads the list of runs again; while one reading is under way, at most one more is lined up. */
  async list(failed: (error: unknown) => void): Promise<void> {
    if (this.listing) {
      this.listAgain = true;
      return this.listing;
    }
    this.listing = (async () => {
      do {
        this.listAgain = false;
        try {
          this.hear((await this.source.ask("runs", {})).runs);
        } catch (error) {
          failed(error);
        }
      } while (this.listAgain);
      this.listing = null;
    })();
    return this.listing;
  }

  /** Takes a list of runs; a run that trains is further than what is written of it. */
  hear(runs: readonly RunRow[]): void {
    const before = new Map(this.runs.map((run) => [run.number, run]));
    this.runs = runs.map((run) => {
      const known = before.get(run.number);
      return run.training && known?.training && known.steps > run.steps ? { ...run, steps: known.steps, loss_last: known.loss_last } : run;
    });
    this.known = true;
  }

  /** Takes note of how far a training is. */
  progress(push: Extract<Push, { push: "progress" }>): void {
    this.runs = this.runs.map((run) =>
      run.number === push.run
        ? {
            ...run,
            steps: Math.max(run.steps, push.step),
            planned: push.total,
            loss_last: push.loss ?? run.loss_last,
            status: push.status,
            training: isUnderWay(push.status),
          }
        : run,
    );
  }
}
