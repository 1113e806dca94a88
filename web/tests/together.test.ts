import { describe, expect, it } from "vitest";
import { Book } from "../src/lib/book.svelte";
import { column } from "../src/lib/framing";
import { isAbort } from "../src/lib/source";
import { FakeSource, settle } from "./fake";

const answerOf = (rows: number[]): object => ({
  rows,
  step: 20,
  parts: rows.map((row) => (row === 3 ? "training" : "validation")),
  cells: rows.map((row) => ({ size: String(row) })),
  targets: rows.map((row) => `t${row}`),
  predictions: rows.map((row) => `p${row}`),
  losses: rows.map((row) => row / 10),
  columns: { image: column("image", Uint8Array.from(rows.flatMap((row) => [row, row, row, row + 1])), [rows.length, 2, 2]) },
});

describe("examples that are asked for together", () => {
  it("are one question of each run and step, each row in it once, and each gets its own answer", async () => {
    const source = new FakeSource();
    const book = new Book(source);
    const asked = [3, 5, 3].map((row) => book.ask("example", { run: 1, row, step: 20 }));
    const other = book.ask("example", { run: 1, row: 4, step: 21 });
    await settle();
    expect(source.asked.map(({ ask, args }) => [ask, args])).toEqual([
      ["examples", { run: 1, rows: [3, 5], step: 20 }],
      ["example", { run: 1, row: 4, step: 21 }],
    ]);
    source.asked[0].answer(answerOf([3, 5]));
    source.asked[1].answer({ row: 4, columns: {} });
    const found = await Promise.all(asked);
    expect(found.map(({ row, step, part, cells, target, prediction, loss }) => [row, step, part, cells.size, target, prediction, loss])).toEqual([
      [3, 20, "training", "3", "t3", "p3", 0.3],
      [5, 20, "validation", "5", "t5", "p5", 0.5],
      [3, 20, "training", "3", "t3", "p3", 0.3],
    ]);
    expect(found.map(({ columns }) => [Array.from(columns.image.data), columns.image.shape])).toEqual([
      [[3, 3, 3, 4], [2, 2]],
      [[5, 5, 5, 6], [2, 2]],
      [[3, 3, 3, 4], [2, 2]],
    ]);
    expect((await other).row).toBe(4);
  });

  it("are kept one by one, so that only what is new is asked for", async () => {
    const source = new FakeSource();
    const book = new Book(source);
    const first = [1, 2].map((row) => book.ask("example", { run: 1, row }));
    await settle();
    source.last("examples").answer(answerOf([1, 2]));
    await Promise.all(first);
    const second = [2, 3, 4].map((row) => book.ask("example", { run: 1, row }));
    await settle();
    expect(source.asked.map(({ args }) => args.rows)).toEqual([[1, 2], [3, 4]]);
    source.last("examples").answer(answerOf([3, 4]));
    expect((await Promise.all(second)).map(({ row }) => row)).toEqual([2, 3, 4]);
  });

  it("stay questions of their own to a file, which holds each by itself", async () => {
    const source = new FakeSource();
    source.can.replay = false;
    const book = new Book(source);
    for (const row of [1, 2]) void book.ask("example", { run: 1, row });
    await settle();
    expect(source.asked.map(({ ask, args }) => [ask, args.row])).toEqual([["example", 1], ["example", 2]]);
  });

  it("hear each what is wrong with itself", async () => {
    const source = new FakeSource();
    const book = new Book(source);
    const [good, bad] = [1, 9999].map((row) => book.ask("example", { run: 1, row }));
    const refused = expect(bad).rejects.toThrow("no row 9,999");
    await settle();
    source.last("examples").fail("the data have no row 9,999");
    await settle();
    const [one, other] = source.asked.slice(1);
    expect([one.args, other.args]).toEqual([{ run: 1, row: 1 }, { run: 1, row: 9999 }]);
    one.answer({ row: 1, columns: {} });
    other.fail("the data have no row 9,999");
    expect((await good).row).toBe(1);
    await refused;
  });

  it("are taken back once nobody wants any of them", async () => {
    const source = new FakeSource();
    const book = new Book(source);
    const controllers = [1, 2, 3].map(() => new AbortController());
    const asked = controllers.map(({ signal }, row) => book.ask("example", { run: 1, row }, signal).catch((error: unknown) => error));
    controllers[0].abort();
    await settle();
    controllers[1].abort();
    expect(isAbort(await asked[0]) && isAbort(await asked[1])).toBe(true);
    expect(source.last("examples").aborted).toBe(false);
    controllers[2].abort();
    expect(isAbort(await asked[2])).toBe(true);
    expect([source.last("examples").aborted, source.asked.length]).toEqual([true, 1]);
  });
});
