// The numbers below a histogram: where they would run into each other they stand below each other.

/** Line of the caption, 0 or 1, on which the upper end and zero stand; the lower end stands on line 0. */
export interface Captions {
  readonly high: 0 | 1;
  /** Null where no line has room for it. */
  readonly zero: 0 | 1 | null;
}

/** Widths in pixels; `zero` is the place of zero, null where it is outside. */
export function placeCaptions(width: number, low: number, high: number, zero: number | null, digit: number): Captions {
  const air = digit;
  const clash = low + air + high > width;
  if (zero === null) return { high: clash ? 1 : 0, zero: 0 };
  const [from, to] = [zero - digit / 2 - air, zero + digit / 2 + air];
  const free = { low: from >= low, high: to <= width - high };
  if (!clash) return { high: 0, zero: free.low && free.high ? 0 : 1 };
  // The ends already stand on two lines: zero goes where one of them leaves it room.
  return { high: 1, zero: free.low ? 0 : free.high ? 1 : null };
}
