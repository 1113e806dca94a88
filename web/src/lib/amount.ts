// Amounts as the terminal writes them: the rule of `amount_texts` in src/engineroom/data/_numbers.py. `tests/amounts.json` holds both to it.
import type { Measure } from "./messages";
import { grouped, MINUS, power, trim } from "./format";

const DAY = 86_400_000;
/** So many digits after the first are written at most where there is an exponent. */
const TOLD_APART = 10;

/** Numbers that have a unit and nothing else. */
const bare = (unit: string, currency = false): Measure => ({ unit, currency, dates: false, deviation: null });

/** Amounts that stand below each other, their points in line: 1,200.0 kg and −310.4 kg, 1987 and 2024, €0.10. */
export function amounts(values: readonly number[], measure: Measure): string[] {
  return measure.dates ? values.map(dateText) : inLine(values, measure);
}

/** One amount that stands alone. */
export const amount = (value: number, measure: Measure): string => amounts([value], measure)[0];

/** How far off an amount is: days, where it is a date. */
export const miss = (size: number, { unit, currency, dates }: Measure): string => amount(size, dates ? bare("days") : bare(unit, currency));

/** Several of them, with as many decimals. */
export const misses = (sizes: readonly number[], { unit, currency, dates }: Measure): string[] => amounts(sizes, dates ? bare("days") : bare(unit, currency));

/** Numbers without a unit that stand below each other, with as many decimals: three digits of the one in the middle, 0.909 and 0.580. */
export function inColumn(values: readonly number[]): string[] {
  const sizes = values.map(Math.abs).filter((size) => size > 0 && size < Infinity).sort((a, b) => a - b);
  return amounts(values, { ...bare(""), deviation: sizes[sizes.length >> 1] ?? null });
}

function inLine(values: readonly number[], { unit, currency, deviation }: Measure): string[] {
  const sizes = values.filter((v) => v !== 0 && Number.isFinite(v)).map(Math.abs);
  const largest = sizes.length ? Math.max(...sizes) : 1;
  const known = deviation !== null && deviation > 0 && deviation < Infinity ? deviation : null;
  const spread = known ?? (sizes.length ? Math.min(...sizes) : 1);
  let digits = 2 + Math.max(0, magnitude(largest) - magnitude(spread));
  digits = known === null ? Math.max(3, Math.min(digits, 5)) : Math.min(digits, 15);
  let style: (size: number) => string;
  if (largest < 1e15 && Math.max(largest, known ?? 0) >= 1e-4) {
    const most = Math.min(100, Math.max(0, digits - magnitude(largest)));
    const needed = decimalsOf(sizes.map((size) => fixed(size, most)));
    // Nobody writes tenths of a dollar.
    const decimals = needed === 1 && currency ? 2 : needed;
    // Four digits by themselves, such as those of a year, are not set apart.
    const apart = unit !== "" || largest >= 9999.5;
    style = (size) => (apart ? grouped(fixed(size, decimals)) : fixed(size, decimals));
  } else {
    const needed = decimalsOf(sizes.map((size) => scientific(size, known === null || digits > TOLD_APART ? 3 : digits)[0]));
    style = (size) => (size === 0 ? "0" : power(...scientific(size, needed)));
  }
  // A miss that is smaller than the last decimal is still none of 0; in a column that deviates it would be.
  return values.map((value) => withUnit(value, unit, known === null && value !== 0 && /^[0.,]*$/.test(style(Math.abs(value))) ? general : style));
}

function withUnit(value: number, unit: string, style: (size: number) => string): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : `${MINUS}∞`;
  const text = style(Math.abs(value));
  const minus = value < 0 && !/^[0.]*$/.test(text) ? MINUS : "";
  if (/^\p{Sc}$/u.test(unit)) return `${minus}${unit}${text}`;
  return `${minus}${text}${unit === "%" ? "%" : unit ? ` ${unit}` : ""}`;
}

/** Days since 1970-01-01 as a date, to the day. */
function dateText(days: number): string {
  const date = new Date(Math.round(days) * DAY);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString().slice(0, 10) : `${amount(days, bare(""))} days since 1970-01-01`;
}

const magnitude = (size: number): number => Math.floor(Math.log10(size));
const decimalsOf = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => (text.split(".")[1] ?? "").replace(/0+$/, "").length));

/** Half to even, as Python rounds: JavaScript rounds a half up. `long` is the same number in full. */
function evenly(short: string, long: string, decimals: number): string {
  const cut = long.indexOf(".") + 1 + decimals;
  const down = long.slice(0, decimals ? cut : cut - 1);
  return /^50*$/.test(long.slice(cut)) && "02468".includes(down.at(-1)!) ? down : short;
}

const fixed = (size: number, decimals: number): string => evenly(size.toFixed(decimals), size.toFixed(100), decimals);

function scientific(size: number, decimals: number): [mantissa: string, exponent: number] {
  const [short, exponent] = size.toExponential(decimals).split("e");
  const [long, same] = size.toExponential(100).split("e");
  return [exponent === same ? evenly(short, long, decimals) : short, Number(exponent)];
}

/** Three significant digits of what is too small for the decimals beside it. */
function general(size: number): string {
  const [mantissa, exponent] = scientific(size, 2);
  return exponent < -4 ? power(trim(mantissa), exponent) : trim(fixed(size, 2 - exponent));
}
