// A law's formula, such as "w = w - lr*g" or "m = 0.9 * -0.0014 + 0.1 * -0.0034 = -0.0016", read into MathML.
import { bracketed, hat, mi, op, row, sub, sup, root, words, type MathNode } from "./mathml";

export type Expression =
  | { kind: "number"; text: string }
  | { kind: "name"; text: string }
  | { kind: "hat"; of: Expression }
  | { kind: "minus"; of: Expression }
  | { kind: "power"; base: Expression; by: Expression }
  | { kind: "call"; name: string; of: Expression }
  | { kind: "index"; base: Expression; by: Expression }
  | { kind: "product"; parts: readonly { readonly times: boolean; readonly of: Expression }[] }
  | { kind: "sum"; parts: readonly { readonly plus: boolean; readonly of: Expression }[] }
  | { kind: "group"; of: Expression }
  | { kind: "choice"; then: Expression; left: Expression; sign: string; right: Expression; or: Expression };

/** `a = b = c`: a, b and c. */
export type Statement = readonly Expression[];

/** The colour of a name or of a number, if it has one. */
export type ToneOf = (text: string) => string | undefined;

const TOKEN = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|inf|nan)|([A-Za-z_]\w*)|(\*\*|<=|>=|[-+*/^()[\]=;,<>]))/y;

interface Token {
  kind: "number" | "name" | "sign" | "end";
  text: string;
  /** Whether something stands right behind it, without a space. */
  tight: boolean;
}

function tokens(text: string): Token[] | null {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    const next = text[TOKEN.lastIndex];
    const kind = match[1] !== undefined ? "number" : match[2] !== undefined ? "name" : "sign";
    found.push({ kind, text: match[1] ?? match[2] ?? match[3], tight: next !== undefined && /[\w(]/.test(next) });
  }
  return found;
}

const END: Token = { kind: "end", text: "", tight: false };

class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  statements(): Statement[] {
    const found: Expression[][] = [];
    do found.push(this.statement());
    while (this.take(";") || this.take(",") || this.take("with"));
    if (this.next.kind !== "end") throw new SyntaxError(this.next.text);
    return found;
  }

  private get next(): Token {
    return this.tokens[this.at] ?? END;
  }

  private take(text: string): boolean {
    if (this.next.kind === "number" || this.next.text !== text) return false;
    this.at++;
    return true;
  }

  private need(text: string): void {
    if (!this.take(text)) throw new SyntaxError(`${text} expected, got ${this.next.text}`);
  }

  private statement(): Expression[] {
    const sides = [this.choice()];
    while (this.take("=")) sides.push(this.choice());
    return sides;
  }

  private choice(): Expression {
    const then = this.sum();
    if (!this.take("if")) return then;
    const left = this.sum();
    const sign = this.next.text;
    if (!["<", ">", "<=", ">="].includes(sign)) throw new SyntaxError(sign);
    this.at++;
    const right = this.sum();
    this.need("else");
    return { kind: "choice", then, left, sign, right, or: this.choice() };
  }

  private sum(): Expression {
    const parts = [{ plus: true, of: this.product() }];
    for (;;) {
      if (this.take("+")) parts.push({ plus: true, of: this.product() });
      else if (this.take("-")) parts.push({ plus: false, of: this.product() });
      else return parts.length === 1 ? parts[0].of : { kind: "sum", parts };
    }
  }

  private product(): Expression {
    const parts = [{ times: true, of: this.unary() }];
    for (;;) {
      if (this.take("*")) parts.push({ times: true, of: this.unary() });
      else if (this.take("/")) parts.push({ times: false, of: this.unary() });
      else return parts.length === 1 ? parts[0].of : { kind: "product", parts };
    }
  }

  private unary(): Expression {
    return this.take("-") ? { kind: "minus", of: this.unary() } : this.power();
  }

  private power(): Expression {
    const base = this.primary();
    const raised = this.next;
    if (this.take("^")) return raised.tight ? { kind: "power", base, by: this.unary() } : { kind: "hat", of: base };
    if (this.take("**")) return { kind: "power", base, by: this.unary() };
    return base;
  }

  private primary(): Expression {
    const token = this.next;
    this.at++;
    if (token.kind === "number") return { kind: "number", text: token.text };
    if (token.kind === "name") {
      if (this.next.text === "(" && token.tight) return { kind: "call", name: token.text, of: this.bracketed("(", ")") };
      if (this.next.text === "[") return { kind: "index", base: { kind: "name", text: token.text }, by: this.bracketed("[", "]") };
      return { kind: "name", text: token.text };
    }
    this.at--;
    return { kind: "group", of: this.bracketed("(", ")") };
  }

  private bracketed(open: string, close: string): Expression {
    this.need(open);
    const inside = this.sum();
    this.need(close);
    return inside;
  }
}

/** The statements of a formula; null where it is written in words. */
export function readFormula(text: string): Statement[] | null {
  const found = tokens(text);
  if (!found) return null;
  try {
    return new Reader(found).statements();
  } catch {
    return null;
  }
}

const GREEK: Readonly<Record<string, string>> = {
  alpha: "α", beta: "β", rho: "ρ", eps: "ε", weight_decay: "λ", wd: "λ", momentum: "μ", delta: "δ",
};

/** How a name of the code is written in an equation: beta1 as β₁. */
export function symbol(name: string): MathNode {
  const match = /^([A-Za-z_]+?)(\d*)$/.exec(name);
  const stem = match?.[1] ?? name;
  const base = mi(GREEK[stem] ?? stem);
  return match?.[2] ? sub(base, match[2]) : base;
}

/** The same in plain characters, for a legend. */
export function symbolText(name: string): string {
  const match = /^([A-Za-z_]+?)(\d*)$/.exec(name);
  return (GREEK[match?.[1] ?? ""] ?? match?.[1] ?? name) + [...(match?.[2] ?? "")].map((d) => "₀₁₂₃₄₅₆₇₈₉"[Number(d)]).join("");
}

/** A number as it is written, its digits kept: 1e-08 as a power of ten. */
export function literal(text: string): MathNode {
  if (text === "inf") return { tag: "mn", text: "∞" };
  if (text === "nan") return { tag: "mn", text: "NaN" };
  const [mantissa, exponent] = text.split("e");
  if (exponent === undefined) return { tag: "mn", text };
  const by = Number(exponent);
  const power = sup({ tag: "mn", text: "10" }, { tag: "mn", text: (by < 0 ? "−" : "") + Math.abs(by) });
  return Number(mantissa) === 1 ? power : row({ tag: "mn", text: mantissa }, op("×"), power);
}

const bare = (of: Expression): Expression => (of.kind === "group" ? bare(of.of) : of);
const toned = (of: MathNode, tone: string | undefined): MathNode => (tone ? { tag: "mrow", children: [of], tone } : of);

/** An expression as MathML. */
export function drawn(of: Expression, toneOf: ToneOf = () => undefined): MathNode {
  const inner = (e: Expression): MathNode => drawn(e, toneOf);
  switch (of.kind) {
    case "number":
      return toned(literal(of.text), toneOf(of.text));
    case "name":
      return toned(symbol(of.text), toneOf(of.text));
    case "hat":
      return hat(inner(of.of));
    case "minus": {
      const tone = of.of.kind === "number" ? toneOf(`-${of.of.text}`) : undefined;
      return toned(row(op("−"), of.of.kind === "number" ? literal(of.of.text) : inner(of.of)), tone);
    }
    case "power":
      return sup(inner(of.base), inner(bare(of.by)));
    case "index":
      return sub(inner(of.base), inner(of.by));
    case "call":
      return of.name === "sqrt" ? root(inner(bare(of.of))) : row(mi(of.name), op("\u2061"), bracketed(inner(of.of)));
    case "group":
      return bracketed(inner(of.of));
    case "choice":
      return row(inner(of.then), words("\u2003if\u2003"), inner(of.left), op({ "<=": "≤", ">=": "≥" }[of.sign] ?? of.sign), inner(of.right), words(",\u2003else\u2003"), inner(of.or));
    case "sum":
      return row(
        ...of.parts.flatMap(({ plus, of: part }, i) => [
          ...(i === 0 ? [] : [op(plus ? "+" : "−")]),
          // a + −b would be two signs in a row.
          i > 0 && part.kind === "minus" ? bracketed(inner(part)) : inner(part),
        ]),
      );
    case "product":
      return product(of.parts, inner);
  }
}

/** In its full size, also over and under a line. */
const full = (of: MathNode): MathNode => ({ tag: "mrow", attributes: { scriptlevel: "0" }, children: [of] });

/** a / b * c / d is drawn as the fractions a/b and c/d, side by side. */
function product(parts: readonly { times: boolean; of: Expression }[], inner: (of: Expression) => MathNode): MathNode {
  const factors: { over: Expression; under: Expression[] }[] = [];
  for (const { times, of } of parts) {
    if (times || factors.length === 0) factors.push({ over: of, under: [] });
    else factors.at(-1)!.under.push(of);
  }
  const drawnFactors = factors.map(({ over, under }, i) => {
    if (under.length) {
      const below = under.length === 1 ? inner(bare(under[0])) : row(...under.flatMap((u, k) => (k ? [op("·"), inner(u)] : [inner(u)])));
      return { tag: "mfrac", attributes: { displaystyle: "true", scriptlevel: "0" }, children: [full(inner(bare(over))), full(below)] };
    }
    return i > 0 && over.kind === "minus" ? bracketed(inner(over)) : inner(over);
  });
  return row(...drawnFactors.flatMap((factor, i) => (i ? [op("·"), factor] : [factor])));
}

/** The name on the left of a statement, if a name stands there. */
export const nameOf = (statement: Statement): string | null => (statement[0].kind === "name" ? statement[0].text : null);

/** A whole formula on one line; what cannot be read as mathematics stays words. */
export function formula(text: string, toneOf?: ToneOf): MathNode {
  const statements = readFormula(text);
  if (!statements) return words(text);
  return row(
    ...statements.flatMap((statement, i) => [
      ...(i ? [words(",\u2003")] : []),
      ...statement.flatMap((side, k) => (k ? [op("="), drawn(side, toneOf)] : [drawn(side, toneOf)])),
    ]),
  );
}
