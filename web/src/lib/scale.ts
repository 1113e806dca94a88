// Scales from numbers to pixels, and round numbers for axes.

export type Scale = ((x: number) => number) & { invert(p: number): number };

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0] || 1;
  const ratio = (to[1] - to[0]) / span;
  const scale = (x: number): number => to[0] + (x - from[0]) * ratio;
  return Object.assign(scale, { invert: (p: number): number => from[0] + (ratio ? (p - to[0]) / ratio : 0) });
}

export const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);

/** The least and largest finite number, or null where there is none. */
export function extent(values: ArrayLike<number>): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (v < low && v !== -Infinity) low = v;
    if (v > high && v !== Infinity) high = v;
  }
  return low <= high ? [low, high] : null;
}

/** The largest finite magnitude, at least `least`. */
export function reach(values: ArrayLike<number>, least = 0): number {
  const range = extent(values);
  return range ? Math.max(Math.abs(range[0]), Math.abs(range[1]), least) : least;
}

/** About `n` round numbers in [low, high]: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, n = 5): number[] {
  if (!(high > low)) return Number.isFinite(low) ? [low] : [];
  const rough = (high - low) / n;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough * 0.999) ?? rough;
  const parts = Math.max(Math.abs(low), Math.abs(high)) / step;
  // Nearer to each other than numbers can be counted.
  if (parts > 1e15) return [low];
  const found: number[] = [];
  // 0.3, not 0.30000000000000004; of a narrow range all digits tell its numbers apart.
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i === 0 ? 0 : Number((i * step).toPrecision(parts > 1e10 ? 17 : 12)));
  return found;
}

/** About `n` days in [low, high], counted from 1970-01-01: the first of years or months, or whole days. */
export function dayTicks(low: number, high: number, n = 5): number[] {
  const rough = (high - low) / n;
  if (!(rough > 14)) return ticks(low, high, Math.min(n, Math.max(1, high - low)));
  const months = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000].find((m) => m * 30.44 >= rough * 0.999) ?? 120000;
  const start = new Date(low * 86_400_000);
  const found: number[] = [];
  for (let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months; ; month += months) {
    const day = Date.UTC(Math.floor(month / 12), month % 12) / 86_400_000;
    if (!(day <= high)) return found;
    if (day >= low) found.push(day);
  }
}

/** At most `most` powers of ten in [low, high], equally far apart; round numbers where there are fewer than two. */
export function decades(low: number, high: number, most = 5): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (!(last > first)) {
    const round = [first - 1, first, first + 1].flatMap((power) => [1, 2, 5].map((n) => Number(`${n}e${power}`))).filter((x) => x >= low && x <= high);
    return round.length > 2 ? round : ticks(low, high, 6);
  }
  const stride = Math.ceil((last - first + 1) / most);
  return Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, i) => Number(`1e${first + i * stride}`));
}

/** Slow, fast, slow: how movement begins and ends. */
export const ease = (t: number): number => (t < 0.5 ? 4 * t * t * t : 1 - (-2 * t + 2) ** 3 / 2);
