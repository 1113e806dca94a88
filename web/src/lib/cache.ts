// Answers that can never change are kept, up to a number of bytes; the least recently used go first.
import type { Columns } from "./framing";
import type { Ask } from "./source";

/** Questions about steps that have been made: deterministic training gives them one answer for ever. */
export const PURE: ReadonlySet<Ask> = new Set<Ask>([
  "state", "cycle", "why", "neuron", "landscape", "stability", "beliefs", "example", "pushes", "contributions",
]);

/** One text for one question, whatever the order of its arguments, and of what is inside them. */
export const keyOf = (ask: Ask, args: object): string => ask + JSON.stringify(args, (_, value: unknown) => (isPlain(value) ? inOrder(value) : value));

const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const inOrder = (value: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.keys(value).sort().map((key) => [key, value[key]]));

export class Cache {
  private readonly kept = new Map<string, { answer: unknown; bytes: number }>();
  private bytes = 0;

  constructor(private readonly limit: number) {}

  get(key: string): unknown {
    const found = this.kept.get(key);
    if (!found) return undefined;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found.answer;
  }

  put(key: string, answer: unknown): void {
    const bytes = 2048 + sizeOf(answer);
    if (bytes > this.limit) return;
    const old = this.kept.get(key);
    if (old) this.bytes -= old.bytes;
    this.kept.delete(key);
    this.kept.set(key, { answer, bytes });
    this.bytes += bytes;
    for (const [oldest, entry] of this.kept) {
      if (this.bytes <= this.limit) break;
      this.kept.delete(oldest);
      this.bytes -= entry.bytes;
    }
  }
}

function sizeOf(answer: unknown): number {
  const columns = (answer as { columns?: Columns } | null)?.columns ?? {};
  return Object.values(columns).reduce((sum, column) => sum + column.data.byteLength, 0);
}
