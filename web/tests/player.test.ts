import { describe, expect, it } from "vitest";
import { after, before } from "../src/lib/player.svelte";

describe("the way through a run", () => {
  it("goes phase by phase into the next step, and stops at the end", () => {
    expect(after(4, "forward", 9)).toEqual([4, "loss"]);
    expect(after(4, "update", 9)).toEqual([5, "forward"]);
    expect(after(9, "update", 9)).toBeNull();
  });

  it("and back again", () => {
    expect(before(4, "forward")).toEqual([3, "update"]);
    expect(before(4, "backward")).toEqual([4, "loss"]);
    expect(before(1, "forward")).toBeNull();
  });
});
