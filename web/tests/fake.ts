// A source for tests: answers are given by hand.
import type { Asks, Push, RunRow } from "../src/lib/messages";
import { aborted, type AnswerTo, type Args, type Ask, type PushListener, type Source, type StatusListener } from "../src/lib/source";

export interface Asked {
  ask: Ask;
  args: Record<string, unknown>;
  answer(value: unknown): void;
  fail(sentence: string): void;
  aborted: boolean;
}

export class FakeSource implements Source {
  readonly kind = "socket";
  readonly can = { train: true, fork: true, upload: true, replay: true };
  practice: FakeSource | null = null;
  readonly asked: Asked[] = [];
  private pushes = new Set<PushListener>();
  private statuses = new Set<StatusListener>();

  ask<K extends Ask>(ask: K, args: Args<K>, signal?: AbortSignal): Promise<AnswerTo<K>> {
    return new Promise((resolve, reject) => {
      const one: Asked = {
        ask,
        args: args as Record<string, unknown>,
        answer: (value) => resolve(value as Asks[K]["answer"]),
        fail: (sentence) => reject(new Error(sentence)),
        aborted: false,
      };
      signal?.addEventListener("abort", () => {
        one.aborted = true;
        reject(aborted());
      });
      this.asked.push(one);
    });
  }
  last(ask: Ask): Asked {
    return this.asked.filter((one) => one.ask === ask).at(-1)!;
  }
  push(push: Push): void {
    for (const hear of this.pushes) hear(push);
  }
  open(): void {
    for (const hear of this.statuses) hear("open", "Connected.");
  }
  onPush(listener: PushListener): () => void {
    this.pushes.add(listener);
    return () => this.pushes.delete(listener);
  }
  onStatus(listener: StatusListener): () => void {
    this.statuses.add(listener);
    return () => this.statuses.delete(listener);
  }
  upload(): Promise<never> {
    return Promise.reject(new Error("none"));
  }
  close(): void {
    this.pushes.clear();
  }
}

export const run = (number: number, more: Partial<RunRow> = {}): RunRow =>
  ({ number, name: null, status: "finished", steps: 50, planned: 50, epochs: 5, parent: null, start: 0, changes: [], network: "1-1", loss_last: 0.1, training: false, ...more }) as RunRow;

/** Lets what was promised happen. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
