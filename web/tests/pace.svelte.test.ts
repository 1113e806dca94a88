import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { memoryAddress } from "../src/lib/address";
import { usePace, useSteps } from "../src/lib/pace.svelte";
import { Page } from "../src/lib/state.svelte";
import { FakeSource, run } from "./fake";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page that shows run 1, and what tells it how far that is. */
function watched() {
  const source = new FakeSource();
  const page = new Page(source, memoryAddress("#/run/1/cycle"));
  const stop = page.start();
  const told = (steps: number, training = true): void => {
    source.push({ push: "runs", runs: [run(1, { steps, training })] });
    flushSync();
  };
  return { source, page, stop, told };
}

it("looks at a run that trains once in a while, however often it is told of it, and asks of steps that are written by then", () => {
  const { page, stop, told } = watched();
  told(10, true);
  let [steps, pace, slower] = [(): number => -1, (): number => -1, (): number => -1];
  let pause = 300;
  const end = $effect.root(() => {
    steps = useSteps(page, 1000);
    pace = usePace(page, 1000);
    slower = useSteps(page, () => pause);
  });
  flushSync();
  expect([steps(), pace()]).toEqual([10, 10]);
  for (let step = 11; step <= 19; step++) {
    vi.advanceTimersByTime(100);
    told(step, true);
  }
  expect([steps(), pace(), slower()]).toEqual([10, 10, 18]);
  pause = 5000;
  vi.advanceTimersByTime(100);
  expect([steps(), pace()]).toEqual([19, 10]);
  told(20, true);
  vi.advanceTimersByTime(2000);
  // The pause that was chosen at 900 ms is over at 1,200 ms; the next one lasts five seconds.
  expect([steps(), pace(), slower()]).toEqual([20, 19, 20]);
  told(21, true);
  vi.advanceTimersByTime(3000);
  expect([steps(), slower()]).toEqual([21, 20]);
  told(30, false);
  expect([steps(), pace()]).toEqual([30, 30]);
  end();
  stop();
});

it("sees the first steps of a run soon, and looks no more often afterwards", () => {
  const { page, stop, told } = watched();
  told(0);
  let steps = (): number => -1;
  const end = $effect.root(() => {
    steps = useSteps(page, 250);
  });
  flushSync();
  vi.advanceTimersByTime(100);
  told(7);
  vi.advanceTimersByTime(40);
  expect(steps()).toBe(7);
  told(9);
  vi.advanceTimersByTime(200);
  expect(steps()).toBe(7);
  vi.advanceTimersByTime(50);
  expect(steps()).toBe(9);
  end();
  stop();
});

it.each([
  [2, [1, 1, 1, 1, 1, 1, 10, 10, 70, 80]],
  [8, [1, 1, 1, 10, 30, 40, 50, 60, 70, 80]],
])("rests the longer the longer answering took, and then asks of the last step it saw that is surely written: %i cores", async (cores, expected) => {
  vi.stubGlobal("navigator", { hardwareConcurrency: cores });
  const { source, page, stop, told } = watched();
  told(1);
  let pace = (): number => -1;
  const end = $effect.root(() => {
    pace = usePace(page);
  });
  flushSync();
  source.ask = (async () => {
    await new Promise((done) => setTimeout(done, 400));
    return {};
  }) as typeof source.ask;
  const before = page.answering;
  const asked = [page.ask("why", { run: 1, step: 1 })];
  await vi.advanceTimersByTimeAsync(200);
  expect(page.answering - before).toBe(200);
  asked.push(page.ask("why", { run: 1, step: 1 }));
  await vi.advanceTimersByTimeAsync(400);
  await Promise.all(asked);
  // Two were under way for 600 ms, one beside the other for part of them.
  expect(page.answering - before).toBe(600);
  const shown: number[] = [];
  for (let second = 1; second <= 10; second++) {
    told(10 * second);
    await vi.advanceTimersByTimeAsync(second === 1 ? 400 : 1000);
    shown.push(pace());
  }
  // On two cores it rests 6 s after the look at 1 s; at 7 s step 10, which it saw then, is written, and later what it saw 2 s before.
  expect(shown).toEqual(expected);
  end();
  stop();
});
