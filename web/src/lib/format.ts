// Numbers as people read them: a true minus sign, as many digits as say something, powers of ten where decimals would not.

export const MINUS = "\u2212";
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const raised = (n: number): string =>
  (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((digit) => RAISED[Number(digit)]).join("");

/** 4.1 × 10⁻⁹, with spaces at which no line ends. */
export const power = (mantissa: string, exponent: number): string => `${mantissa}\u00a0×\u00a010${raised(exponent)}`;

/** `x` with `digits` significant digits; three in place of four where a power of ten follows: −0.01867, 4.1 × 10⁻⁹, 12,345. */
export function figure(x: number | bigint | null | undefined, digits = 4): string {
  if (x === null || x === undefined) return "–";
  if (typeof x === "bigint") return count(Number(x));
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : MINUS + "∞";
  if (x === 0) return "0";
  const size = Math.abs(x);
  const sign = x < 0 ? MINUS : "";
  if (size >= 1e-4 && size < 1e6) {
    const whole = Math.floor(Math.log10(size)) + 1;
    const fixed = size.toFixed(Math.min(Math.max(digits - whole, 0), 12));
    return sign + grouped(trim(fixed));
  }
  const [mantissa, exponent] = size.toExponential(Math.max(digits - 2, Math.min(digits - 1, 2))).split("e");
  return sign + power(trim(mantissa), Number(exponent));
}

/** `x` with a sign always: +0.18, −0.2. */
export function signed(x: number, digits = 4): string {
  return x > 0 ? "+" + figure(x, digits) : figure(x, digits);
}

/** `x` to two or three digits: 0.66, 0.0031, −1.5 × 10⁻⁶. For columns of numbers. */
export const brief = (x: number): string => figure(x, Math.abs(x) < 1 ? 2 : 3);

/** `x` in as few characters as say it: 0.66, 0.0031, −1.5e−6, 6.45e12. For circles. */
export function compact(x: number | null | undefined): string {
  if (x === null || x === undefined) return "–";
  const size = Math.abs(x);
  if (size !== 0 && Number.isFinite(x) && (size >= 9999.5 || size < 0.0005)) {
    const [mantissa, exponent] = size.toExponential(size < 1e-99 ? 0 : size < 1 ? 1 : 2).split("e");
    return `${x < 0 ? MINUS : ""}${trim(mantissa)}e${exponent.replace("-", MINUS).replace("+", "")}`;
  }
  return size < 0.01 && size > 0 ? fixed(x, 4) : figure(x, size < 1 ? 2 : 3);
}

/** `x` with a fixed number of decimals, so that a column of numbers stands straight. */
export function fixed(x: number, decimals = 3): string {
  if (!Number.isFinite(x)) return figure(x);
  const text = Math.abs(x).toFixed(decimals);
  if (Math.abs(x) >= 1e6) return figure(x, decimals + 1);
  return (x < 0 && Number(text) !== 0 ? MINUS : "") + grouped(text);
}

/** A whole number in groups of three, as the terminal has it: 12,345. */
export function count(n: number): string {
  return (n < 0 ? MINUS : "") + grouped(String(Math.abs(Math.round(n))));
}

/** A part of a whole in per cent, to the digits that are looked at: 99.5 %, 0.17 %, < 0.1 %. */
export function share(part: number): string {
  if (part > 0 && part < 0.001) return "< 0.1 %";
  return part < 1 && part > 0.999 ? "> 99.9 %" : `${figure(part * 100, part < 0.1 ? 2 : 3)} %`;
}

/** Words of the engine as the page writes them: without code marks, with true minus signs, powers of ten, ∞ and NaN. */
export const plain = (text: string): string =>
  text
    .replaceAll("`", "")
    .replace(/(^|[\s(=])(-?)(nan|inf)(?=$|[\s,;:).])/g, (_, before: string, minus: string, word: string) => before + (word === "nan" ? "NaN" : `${minus && MINUS}∞`))
    .replace(/(^|[\s(=])-(?=[\d.]|\p{Sc})/gu, `$1${MINUS}`)
    .replace(/(\d)e([+-])0?(\d+)/g, (_, digit: string, sign: string, exponent: string) => power(digit, Number(sign + exponent)));

/** A message as a sentence: with a capital letter, where its first word is no name of something, and a full stop. */
export function sentence(text: string): string {
  const told = /^[a-z]{2,}(?=[\s,])/.test(text) && !/^lr\b/.test(text) ? text[0].toUpperCase() + text.slice(1) : text;
  return /[\p{L}\d)\]"'`]$/u.test(told) ? `${told}.` : told;
}

/** `text` in at most `letters`, without its middle where it is longer: beginnings are often alike, ends seldom. */
export function shortened(text: string, letters: number): string {
  if (text.length <= letters) return text;
  const kept = Math.max(letters - 1, 2);
  return `${text.slice(0, Math.floor(kept / 3)).trimEnd()}…${text.slice(text.length - Math.ceil((2 * kept) / 3)).trimStart()}`;
}

/** 3 rows, 1 row. */
export function several(n: number, one: string, many = one + "s"): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export const grouped = (text: string): string => text.replace(/^\d{4,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
/** Without zeros behind its decimals. */
export const trim = (text: string): string => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);

/** A word of a command as a shell takes it: in quotes where it has signs that mean something there. */
export const quoted = (word: string): string => (/^[\p{L}\p{N}_./:=@%+,-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** A digit with its article: an 8, a 3. */
export const articled = (digit: string): string => `${/^8/.test(digit) ? "an" : "a"} ${digit}`;
