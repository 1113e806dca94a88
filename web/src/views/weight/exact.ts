// Exact numbers: stored bits are binary fractions, so every one of them has a finite decimal. Whole numbers of any size keep it.
import { power } from "../../lib/format";

export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

const gcd = (a: bigint, b: bigint): bigint => {
  if (a < 0n) a = -a;
  while (b) [a, b] = [b, a % b];
  return a;
};

const lowest = (over: bigint, under: bigint): Fraction => {
  const by = gcd(over, under) || 1n;
  return { over: over / by, under: under / by };
};

export const ZERO: Fraction = { over: 0n, under: 1n };

export const plus = (a: Fraction, b: Fraction): Fraction => lowest(a.over * b.under + b.over * a.under, a.under * b.under);
export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { over: -b.over, under: b.under });
export const equal = (a: Fraction, b: Fraction): boolean => a.over * b.under === b.over * a.under;

/** `-13421773/268435456`, or null where it is no fraction. */
export function readFraction(text: string | null | undefined): Fraction | null {
  const match = /^(-?\d+)\/(\d+)$/.exec(text ?? "");
  return match && BigInt(match[2]) > 0n ? lowest(BigInt(match[1]), BigInt(match[2])) : null;
}

/** `0x1.6c73f65a055edp-2`, as Python writes a float's bits, or null where it is not finite. */
export function readHex(text: string | null | undefined): Fraction | null {
  const match = /^(-?)0x([0-9a-f]+)(?:\.([0-9a-f]*))?p([+-]?\d+)$/i.exec(text ?? "");
  if (!match) return null;
  const digits = match[3] ?? "";
  const whole = BigInt(`0x${match[2]}${digits}`) * (match[1] ? -1n : 1n);
  const power = Number(match[4]) - 4 * digits.length;
  return power >= 0 ? { over: whole << BigInt(power), under: 1n } : lowest(whole, 1n << BigInt(-power));
}

/** The decimal of a fraction, every digit of it; null where it never ends. */
export function decimal({ over, under }: Fraction): string | null {
  let rest = under;
  let twos = 0;
  let fives = 0;
  while (rest % 2n === 0n) {
    rest /= 2n;
    twos++;
  }
  while (rest % 5n === 0n) {
    rest /= 5n;
    fives++;
  }
  if (rest !== 1n) return null;
  const places = Math.max(twos, fives);
  const scaled = (over < 0n ? -over : over) * (2n ** BigInt(places - twos) * 5n ** BigInt(places - fives));
  const text = String(scaled).padStart(places + 1, "0");
  const shown = places ? `${text.slice(0, -places)}.${text.slice(-places)}` : text;
  return (over < 0n ? "−" : "") + shown;
}

/** `decimal` where it ends, else the fraction itself. */
export function exactText(of: Fraction): string {
  return decimal(of) ?? `${of.over < 0n ? "−" : ""}${of.over < 0n ? -of.over : of.over} / ${of.under}`;
}

/** The fewest digits that name this number among all of its type: how Python prints it. */
export function shortest(x: number, dtype: string): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞";
  let text = String(x);
  if (dtype === "float32" && Math.fround(x) === x)
    for (let digits = 1; digits <= 9; digits++) {
      const shorter = x.toPrecision(digits);
      if (Math.fround(Number(shorter)) === x) {
        text = String(Number(shorter));
        break;
      }
    }
  if (!text.includes("e") && Math.abs(x) >= 1e9) text = Number(text).toExponential();
  const [mantissa, exponent] = text.replace(/^-/, "−").split("e");
  return exponent === undefined ? mantissa : power(mantissa, Number(exponent));
}
