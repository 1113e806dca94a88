// Which lessons have been done, kept from one visit to the next where the browser allows it.

const PLACE = "engineroom.lessons";

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The browser's own, or null where it is locked: in a sandboxed frame even asking for it throws. */
export function shelf(): Shelf | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** The ids of the lessons that are done; what cannot be read counts for nothing. */
export function readDone(from: Shelf | null = shelf()): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(from?.getItem(PLACE) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((id): id is string => typeof id === "string") : []);
  } catch {
    return new Set();
  }
}

/** Marks a lesson as done and answers with all that are. */
export function markDone(id: string, on: Shelf | null = shelf()): ReadonlySet<string> {
  const done = new Set([...readDone(on), id]);
  try {
    on?.setItem(PLACE, JSON.stringify([...done].sort()));
  } catch {
    // A full or locked store: it is kept until the page is closed.
  }
  return done;
}

/** A number from the address, or `otherwise` where there is none that can be used. */
export function given(text: string | undefined, otherwise: number, low = -Infinity, high = Infinity): number {
  const number = text === undefined || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(number) && number >= low && number <= high ? number : otherwise;
}
