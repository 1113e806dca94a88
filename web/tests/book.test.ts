import { describe, expect, it } from "vitest";
import { Book } from "../src/lib/book.svelte";
import { FakeSource, run, settle } from "./fake";

describe("a book of runs", () => {
  it("reads its list once more, where it was asked for while it was being read", async () => {
    const source = new FakeSource();
    const book = new Book(source);
    const [first, second, third] = [0, 1, 2].map(() => book.list(() => undefined));
    expect(source.asked).toHaveLength(1);
    source.last("runs").answer({ runs: [run(1)] });
    await settle();
    expect(source.asked).toHaveLength(2);
    source.last("runs").answer({ runs: [run(1), run(2)] });
    await Promise.all([first, second, third]);
    expect([book.runs.length, source.asked.length]).toEqual([2, 2]);
  });

  it("never takes a step back, whichever news comes last", () => {
    const book = new Book(new FakeSource());
    book.hear([run(1)]);
    const told = (step: number): void =>
      book.progress({ push: "progress", run: 1, step, total: 5000, loss: 0.5, seconds: 1, status: "running" } as Parameters<Book["progress"]>[0]);
    told(3000);
    told(2000);
    expect(book.runs[0].steps).toBe(3000);
  });
});
