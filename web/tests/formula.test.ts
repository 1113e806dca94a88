import { describe, expect, it } from "vitest";
import { formula, literal, readFormula, symbolText } from "../src/lib/formula";
import { spoken, type MathNode } from "../src/lib/mathml";

const tags = (of: MathNode): string[] => [of.tag, ...(of.children ?? []).flatMap(tags)];

describe("formulas", () => {
  it("reads the update of every optimizer", () => {
    for (const text of [
      "w = w - lr*g",
      "v = momentum*v + (g + weight_decay*w); w = w - lr*v",
      "m = beta1*m + (1 - beta1)*g; v = beta2*v + (1 - beta2)*g^2; w = w - lr / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + eps)",
      "w = w - lr * m^ / (sqrt(v^) + eps) with m = beta1*m + (1 - beta1)*g, v = beta2*v + (1 - beta2)*g^2",
      "w = -0.50756025 - 1e-04 * -0.50756025 = -0.50750947",
      "a = z if z > 0 else alpha*z",
    ])
      expect(readFormula(text), text).not.toBeNull();
  });

  it("leaves words alone", () => {
    expect(readFormula("a[k] = exp(z[k]) / sum of exp(z[j])")).toBeNull();
    expect(formula("mean of it").tag).toBe("mtext");
  });

  it("keeps the order of the signs", () => {
    const [[, right]] = readFormula("w = a - b - c")!;
    expect(right).toMatchObject({ kind: "sum", parts: [{ plus: true }, { plus: false }, { plus: false }] });
  });

  it("draws quotients as fractions, one for each line", () => {
    expect(spoken(formula("w = w - lr / d * m / s"))).toBe("w = w − (lr) / (d) · (m) / (s)");
    expect(tags(formula("a / b * c")).filter((tag) => tag === "mfrac")).toHaveLength(1);
  });

  it("puts a negative number behind another sign in brackets", () => {
    expect(spoken(formula("w = 1 - 0.5 * -2"))).toBe("w = 1 − 0.5 · ( − 2 )");
    expect(spoken(formula("w = 1 + -2"))).toBe("w = 1 + ( − 2 )");
  });

  it("tells a hat from a power", () => {
    expect(tags(formula("m^ / 2"))).toContain("mover");
    expect(tags(formula("g^2"))).toContain("msup");
    expect(tags(formula("(0.5)^2"))).toContain("msup");
  });

  it("colours what is asked for", () => {
    const drawn = formula("w = w - 0.1 * -4", (text) => (text === "-4" ? "backward" : undefined));
    expect(JSON.stringify(drawn)).toContain('"tone":"backward"');
  });

  it("writes powers of ten and Greek letters", () => {
    expect(spoken(literal("1e-08"))).toBe("10^−8");
    expect(spoken(literal("7.2e-07"))).toBe("7.2 × 10^−7");
    expect(symbolText("beta1")).toBe("β₁");
  });
});
