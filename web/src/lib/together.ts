// Examples that views ask for at one time, each by itself, become one question, and its answer is theirs again.
import type { Columns } from "./framing";
import type { Asks } from "./messages";
import { aborted, type AnswerTo, type Args, type Source } from "./source";

type Example = AnswerTo<"example">;

interface Waiting {
  readonly args: Args<"example">;
  readonly signal: AbortSignal | undefined;
  resolve(answer: Example): void;
  reject(error: unknown): void;
}

export class Together {
  private waiting: Waiting[] = [];

  constructor(private readonly source: Pick<Source, "ask">) {}

  ask(args: Args<"example">, signal?: AbortSignal): Promise<Example> {
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ args, signal, resolve, reject }) === 1) queueMicrotask(() => this.send());
    });
  }

  /** Asks for what came together: of each run and step at once. */
  private send(): void {
    const groups = new Map<string, Waiting[]>();
    for (const one of this.waiting.splice(0)) {
      const key = JSON.stringify([one.args.run, one.args.step ?? null]);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    for (const group of groups.values()) {
      if (group.length > 1) void this.askAll(group);
      else this.askAlone(group[0]);
    }
  }

  private askAlone({ args, signal, resolve, reject }: Waiting): void {
    this.source.ask("example", args, signal).then(resolve, reject);
  }

  private async askAll(group: readonly Waiting[]): Promise<void> {
    const rows = [...new Set(group.map(({ args }) => args.row))];
    const whole = new AbortController();
    let wanted = group.length;
    for (const { signal, reject } of group) {
      const stop = (): void => {
        reject(aborted());
        if (--wanted === 0) whole.abort();
      };
      if (signal?.aborted) stop();
      else signal?.addEventListener("abort", stop, { once: true, signal: whole.signal });
    }
    try {
      const { run, step } = group[0].args;
      const found = await this.source.ask("examples", { run, rows, step }, whole.signal);
      for (const { args, resolve } of group) resolve(exampleOf(found, rows.indexOf(args.row)));
    } catch {
      // What is wrong may be wrong with one of them: each hears of its own.
      for (const one of group) if (!one.signal?.aborted) this.askAlone(one);
    } finally {
      whole.abort(); // listens to none of them any more
    }
  }
}

/** The i-th of many, as it would be told alone. */
function exampleOf(found: Asks["examples"]["answer"], i: number): Example {
  const columns: Columns = Object.fromEntries(
    Object.entries(found.columns).map(([name, column]) => {
      const shape = column.shape.slice(1);
      const size = shape.reduce((product, n) => product * n, 1);
      return [name, { ...column, shape, data: column.data.slice(i * size, (i + 1) * size) }];
    }),
  );
  return {
    row: found.rows[i],
    step: found.step,
    part: found.parts[i],
    cells: found.cells[i],
    target: found.targets[i],
    prediction: found.predictions[i],
    loss: found.losses[i],
    columns,
  };
}
