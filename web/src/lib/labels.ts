// The words of an axis: every number with as many digits as tell it from its neighbours.
import { amounts } from "./amount";
import { count, figure, fixed, MINUS, trim } from "./format";
import type { Measure } from "./messages";

/** As short as they may be without two of them alike. */
export function briefLabels(ticks: readonly number[]): string[] {
  const short = ticks.map((t) => figure(t, 3));
  if (new Set(short).size === short.length) return short;
  return ticks.every(Number.isInteger) ? ticks.map(count) : labels(ticks);
}

/** In few letters, for axes without room: with one power of a thousand, 0.5e6, 1e6 and 1.5e6; `briefLabels` where that is not exact. */
export function compactLabels(ticks: readonly number[]): string[] {
  const exponent = 3 * Math.floor(Math.log10(Math.max(...ticks.map(Math.abs))) / 3);
  if (!(exponent > 0)) return briefLabels(ticks);
  const texts = ticks.map((t) => (t === 0 ? "0" : `${trim((t / 10 ** exponent).toFixed(3))}e${exponent}`));
  return texts.every((text, i) => Number(text) === ticks[i]) ? texts.map((text) => text.replace("-", MINUS)) : briefLabels(ticks);
}

/** `measure` is that of a column of the data: its dates are written as dates, and its years like 1987. */
export function labels(ticks: readonly number[], measure?: Measure): string[] {
  if (measure?.dates) return amounts(ticks, measure);
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : Math.abs(ticks[0] ?? 0);
  const most = Math.max(...ticks.map(Math.abs), 0);
  if (!(step > 0) || most >= 1e6 || most < 1e-4) return ticks.map((t) => figure(t, 6));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const texts = ticks.map((t) => fixed(t, Math.min(decimals, 10)));
  return measure && !measure.unit && most < 9999.5 ? texts.map((text) => text.replace(",", "")) : texts;
}
