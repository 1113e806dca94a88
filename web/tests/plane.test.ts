import { describe, expect, it } from "vitest";
import { askOf, inPlane, whenOf } from "../src/views/cycle/plane";

describe("what a network says in the plane", () => {
  const shown = { run: 3, step: 20, phase: "forward", live: false } as const;

  it("is drawn where its inputs are one or two numbers", () => {
    const of = (inputs: number, image: [number, number] | null = null): boolean => inPlane({ inputs: Array<string>(inputs).fill("x"), input_image: image });
    expect([0, 1, 2, 3, 64].map((n) => of(n))).toEqual([false, true, true, false, false]);
    expect(of(1, [1, 1])).toBe(false);
  });

  it("is of the weights that the phase draws", () => {
    const steps = (["forward", "loss", "backward", "update"] as const).map((phase) => askOf({ ...shown, phase })?.step);
    expect(steps).toEqual([19, 19, 19, 20]);
    expect(askOf({ ...shown, step: 1 })).toEqual({ run: 3, step: 0, rows: "training", limit: 400 });
    expect(askOf({ ...shown, step: 0 })).toBeNull();
  });

  it("is of the newest state at a glance while the run trains", () => {
    expect(askOf({ ...shown, live: true })).toEqual({ run: 3, step: 20, rows: "training", limit: 400, glance: true });
  });

  it("is told with its state", () => {
    expect([whenOf(0), whenOf(1200)]).toEqual(["Before the first step", "After step 1,200"]);
  });
});
