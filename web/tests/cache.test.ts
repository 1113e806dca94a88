import { describe, expect, it } from "vitest";
import { Cache, keyOf } from "../src/lib/cache";
import { column } from "../src/lib/framing";

const answer = (bytes: number): object => ({ columns: { x: column("x", new Uint8Array(bytes)) } });

describe("kept answers", () => {
  it("know a question whatever the order of its arguments", () => {
    expect(keyOf("cycle", { run: 1, step: 2 })).toBe(keyOf("cycle", { step: 2, run: 1 }));
    expect(keyOf("cycle", { run: 1, step: 2 })).not.toBe(keyOf("state", { run: 1, step: 2 }));
  });

  it("let the least recently used go when there is no more room", () => {
    const cache = new Cache(10_000);
    for (const key of ["a", "b", "c"]) cache.put(key, answer(1000));
    cache.get("a");
    cache.put("d", answer(1000));
    expect(cache.get("b")).toBeUndefined();
    expect(["a", "c", "d"].every((key) => cache.get(key))).toBe(true);
    cache.put("huge", answer(20_000));
    expect(cache.get("huge")).toBeUndefined();
  });
});
