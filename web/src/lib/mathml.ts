// Equations as MathML trees: row(mi("w"), op("−"), num(0.01)) and so on; Equation.svelte draws them.
import { figure } from "./format";

export interface MathNode {
  readonly tag: string;
  readonly text?: string;
  readonly children?: readonly MathNode[];
  /** A colour class: positive, negative, accent, forward, loss, backward, update, soft. */
  readonly tone?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export type Term = MathNode | string | number;

const node = (of: Term): MathNode => (typeof of === "number" ? num(of) : typeof of === "string" ? guess(of) : of);
const guess = (text: string): MathNode =>
  /^[\d.,\s]+$/.test(text) ? { tag: "mn", text } : /^[^\p{L}\d]+$/u.test(text) ? op(text) : mi(text);

/** A variable: w. More than one letter stands upright. */
export const mi = (text: string): MathNode => ({ tag: "mi", text });
/** An operator: −, =, ·. A bracket keeps the height of the letters: left to themselves, browsers stretch one and not the other. */
export const op = (text: string): MathNode => (text === "(" || text === ")" ? { tag: "mo", text, attributes: { stretchy: "false" } } : { tag: "mo", text });
/** A number as people read it; one in powers of ten becomes a product. */
export function num(x: number, digits = 4): MathNode {
  const text = figure(x, digits);
  const power = /^(.*)\s×\s10(.*)$/.exec(text);
  if (!power) return { tag: "mn", text };
  const exponent = [...power[2]].map((c) => (c === "⁻" ? "−" : String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)))).join("");
  return row({ tag: "mn", text: power[1] }, op("×"), sup({ tag: "mn", text: "10" }, { tag: "mn", text: exponent }));
}
/** `num`, in brackets where negative. */
export const factor = (x: number, digits = 4): MathNode => (x < 0 ? row(op("("), num(x, digits), op(")")) : num(x, digits));
export const words = (text: string): MathNode => ({ tag: "mtext", text });
export const row = (...children: Term[]): MathNode => ({ tag: "mrow", children: children.map(node) });
export const sub = (base: Term, below: Term): MathNode => ({ tag: "msub", children: [node(base), node(below)] });
export const sup = (base: Term, above: Term): MathNode => ({ tag: "msup", children: [node(base), node(above)] });
export const frac = (over: Term, under: Term): MathNode => ({ tag: "mfrac", children: [node(over), node(under)] });
/** Fractions below a root stand on one line: only fonts for mathematics can stretch the sign of a root over a tall one. */
export const root = (of: Term): MathNode => ({ tag: "msqrt", children: [level(node(of))] });
function level(of: MathNode): MathNode {
  if (of.tag === "mfrac") {
    const [over, under] = of.children!.map(level);
    return row(/[+−]/.test(signs(over)) ? bracketed(over) : over, op("/"), parts(under) > 1 ? bracketed(under) : under);
  }
  return of.children ? { ...of, children: of.children.map(level) } : of;
}
/** In brackets, which are as high as a fraction between them. */
export const bracketed = (of: MathNode): MathNode => (hasFraction(of) ? row({ tag: "mo", text: "(" }, of, { tag: "mo", text: ")" }) : row(op("("), of, op(")")));
const hasFraction = (of: MathNode): boolean => of.tag === "mfrac" || !!of.children?.some(hasFraction);
/** The operators of a row, on its own level. */
const signs = (of: MathNode): string => (of.tag === "mrow" ? of.children!.map((child) => (child.tag === "mo" ? child.text : signs(child))).join("") : "");
const parts = (of: MathNode): number => (of.tag === "mrow" ? of.children!.reduce((n, child) => n + parts(child), 0) : 1);
export const hat = (of: Term): MathNode => ({ tag: "mover", children: [node(of), op("^")], attributes: { accent: "true" } });
export const sum = (under: Term, of: Term): MathNode => row({ tag: "munder", children: [op("∑"), node(under)] }, of);
/** `of` in the colour of a tone. */
export const tone = (name: string, of: Term): MathNode => ({ tag: "mrow", children: [node(of)], tone: name });
/** `of` above, what it means below in small words. */
export const note = (of: Term, below: string): MathNode => ({
  tag: "munder",
  children: [{ tag: "munder", children: [node(of), { tag: "mo", text: "⏟", attributes: { stretchy: "true" } }] }, { tag: "mtext", text: below }],
});
/** Equations below one another, aligned at their first operator. */
export const lines = (...rows: Term[][]): MathNode => ({
  tag: "mtable",
  children: rows.map((cells) => ({ tag: "mtr", children: cells.map((cell) => ({ tag: "mtd", children: [node(cell)] })) })),
});

/** The equation as words on one line, for those who listen. */
export function spoken(of: MathNode): string {
  if (of.text !== undefined) return of.text;
  const parts = (of.children ?? []).map(spoken);
  if (of.tag === "mfrac") return `(${parts[0]}) / (${parts[1]})`;
  if (of.tag === "msup") return `${parts[0]}^${parts[1]}`;
  if (of.tag === "msub") return `${parts[0]}_${parts[1]}`;
  if (of.tag === "msqrt") return `√(${parts[0]})`;
  return parts.join(" ");
}
