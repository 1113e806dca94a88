import { flushSync } from "svelte";
import { expect, it } from "vitest";
import type { Page } from "../src/lib/state.svelte";
import { useTold } from "../src/lib/told.svelte";
import { FakeSource } from "./fake";

/** Lists of rows, and what is shown of them. */
function lists() {
  const source = new FakeSource();
  const page = { ask: source.ask.bind(source), run: { number: 1 } } as unknown as Page;
  const given = $state<{ list: { step: number; rows: number[] } | null }>({ list: null });
  let told = (): unknown => undefined;
  const end = $effect.root(() => {
    const shown = useTold(page, () => given.list && { ...given.list });
    told = () => shown()?.rows.join(" ") ?? null;
  });
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve));
    flushSync();
  };
  const want = (step: number, ...rows: number[]): void => {
    given.list = { step, rows };
    flushSync();
  };
  const answer = (from: number): Promise<void> => {
    for (const one of source.asked.slice(from)) one.answer({});
    return settle();
  };
  flushSync();
  return { source, want, answer, settle, end, told: () => told(), none: () => ((given.list = null), flushSync()) };
}

it("shows the first list at once, and the next one when all of it was told", async () => {
  const { source, want, settle, told, end } = lists();
  expect(told()).toBeNull();
  want(1, 4, 5);
  expect(told()).toBe("4 5");
  // Its cards ask for themselves.
  expect(source.asked).toEqual([]);
  want(2, 7, 8);
  expect(told()).toBe("4 5");
  expect(source.asked.map(({ args }) => args)).toEqual([7, 8].map((row) => ({ run: 1, row, step: 2 })));
  source.asked[0].answer({});
  await settle();
  expect(told()).toBe("4 5");
  // What cannot be told is no reason to wait for ever: its card says why.
  source.asked[1].fail("It is not in this file.");
  await settle();
  expect(told()).toBe("7 8");
  end();
});

it("lets a list finish when newer ones come, and leaves out those between", async () => {
  const { source, want, answer, told, end, none } = lists();
  want(1, 1);
  for (const row of [2, 3, 4]) want(row, row);
  expect(source.asked).toHaveLength(1);
  await answer(0);
  expect(told()).toBe("2");
  await answer(1);
  expect(source.asked.map(({ args }) => args.row)).toEqual([2, 4]);
  expect(told()).toBe("4");
  none();
  expect(told()).toBeNull();
  end();
});
