import { describe, expect, it } from "vitest";
import { briefLabels, compactLabels } from "../src/lib/labels";
import { brief, compact, count, figure, fixed, plain, quoted, sentence, several, share, shortened, signed } from "../src/lib/format";

describe("numbers", () => {
  it("have as many digits as say something", () => {
    expect(figure(0.18666666)).toBe("0.1867");
    expect(figure(18.666666)).toBe("18.67");
    expect(figure(2)).toBe("2");
    expect(figure(0.5)).toBe("0.5");
    expect(figure(123456.7)).toBe("123,457");
    expect(figure(0)).toBe("0");
    expect(figure(-0.025)).toBe("−0.025");
    expect(figure(999.96, 4)).toBe("1,000");
  });

  it("turn to powers of ten where decimals would not be read", () => {
    expect(figure(4.1e-9)).toBe("4.1\u00a0×\u00a010⁻⁹");
    expect(figure(-1e12)).toBe("−1\u00a0×\u00a010¹²");
    expect(figure(0.00012)).toBe("0.00012");
    // The same digits wherever a number stands, in few letters or in many.
    expect([figure(6.4509e12), figure(6.4509e12, 3), brief(6.4509e12), compact(6.4509e12)]).toEqual([...Array(3).fill("6.45\u00a0×\u00a010¹²"), "6.45e12"]);
    expect(figure(1.5e-9, 2)).toBe("1.5\u00a0×\u00a010⁻⁹");
  });

  it("fit into circles", () => {
    expect([0.6584, 0.0031, -1.53e-6, 0, -0.029, 12345, 123.4, Number.NaN].map((x) => compact(x))).toEqual(["0.66", "0.0031", "−1.5e−6", "0", "−0.029", "1.23e4", "123", "NaN"]);
  });

  it("in a column keep their leading zero and write powers of ten out", () => {
    expect([0.6584, 0.00373, -9.9e-5, 123.4, 12345, 0].map(brief)).toEqual(["0.66", "0.0037", "−9.9\u00a0×\u00a010⁻⁵", "123", "12,345", "0"]);
  });

  it("of the engine's words have true signs and powers", () => {
    expect(plain("-$43,032, -2.5 years")).toBe("−$43,032, −2.5 years");
    expect(plain("by -5.782e-05")).toBe("by −5.782\u00a0×\u00a010⁻⁵");
    expect(plain("2021-03-04, -4")).toBe("2021-03-04, −4");
  });

  it("say what is not a number", () => {
    expect(figure(Number.NaN)).toBe("NaN");
    expect(figure(-Infinity)).toBe("−∞");
    expect(figure(null)).toBe("–");
  });

  it("with so many decimals are grouped", () => {
    expect(fixed(1234.5678, 4)).toBe("1,234.5678");
  });

  it("of parts stop where nobody looks", () => {
    expect([0, 0.0004, 0.0017, 0.12345, 0.9951, 0.9999, 1].map(share)).toEqual(["0 %", "< 0.1 %", "0.17 %", "12.3 %", "99.5 %", "> 99.9 %", "100 %"]);
  });

  it("carry signs, stand in columns, and are grouped", () => {
    expect(signed(0.13)).toBe("+0.13");
    expect(signed(-2)).toBe("−2");
    expect(signed(0)).toBe("0");
    expect(fixed(-0.00001, 3)).toBe("0.000");
    expect(fixed(-1.5, 3)).toBe("−1.500");
    expect(count(1234)).toBe("1,234");
    expect(count(1234567)).toBe("1,234,567");
    expect(several(1, "row")).toBe("1 row");
    expect(several(3, "row")).toBe("3 rows");
  });
});

describe("the words of an axis", () => {
  it("are short, and longer only where two would be the same", () => {
    expect(briefLabels([0, 500_000, 2_000_000])).toEqual(["0", "500,000", "2\u00a0×\u00a010⁶"]);
    expect(briefLabels([1_200_000, 1_200_050, 1_200_100])).toEqual(["1,200,000", "1,200,050", "1,200,100"]);
    expect(briefLabels([0.12341, 0.12342, 0.12343])).toEqual(["0.12341", "0.12342", "0.12343"]);
  });
});

describe("the words of an axis without room", () => {
  it("share one power of a thousand, and stay exact", () => {
    expect(compactLabels([0, 500_000, 1_000_000, 1_500_000])).toEqual(["0", "0.5e6", "1e6", "1.5e6"]);
    expect(compactLabels([4e6, 12e6])).toEqual(["4e6", "12e6"]);
    expect(compactLabels([20_000, 60_000])).toEqual(["20e3", "60e3"]);
    expect(compactLabels([-2000, 1000])).toEqual(["−2e3", "1e3"]);
    expect(compactLabels([100, 900])).toEqual(["100", "900"]);
    expect(compactLabels([0.001, 0.002])).toEqual(["0.001", "0.002"]);
    expect(compactLabels([1_200_000, 1_200_050])).toEqual(["1,200,000", "1,200,050"]);
    expect(compactLabels([0])).toEqual(["0"]);
  });
});

describe("words", () => {
  it("write what is no number as the page does", () => {
    expect(plain("from 3.3e+14 to -inf: x became inf (loss), nan, nan")).toBe("from 3.3\u00a0×\u00a010¹⁴ to −∞: x became ∞ (loss), NaN, NaN");
    expect(plain("banana, infant, Nan and info")).toBe("banana, infant, Nan and info");
  });
  it("make a sentence of a message, and leave names as they are", () => {
    expect(sentence("step 4 reached NaN: ask about a step before")).toBe("Step 4 reached NaN: ask about a step before.");
    expect(sentence("dense1.weight has no 9")).toBe("dense1.weight has no 9.");
    expect(sentence("lr is 0")).toBe("lr is 0.");
    expect(sentence("Is it there?")).toBe("Is it there?");
    expect(sentence("")).toBe("");
  });
  it("lose their middle where they are too long, as ends tell them apart", () => {
    expect(shortened("praise", 12)).toBe("praise");
    expect(shortened("a parcel that never arrived", 12)).toBe("a p… arrived".replace(" arrived", "arrived"));
    expect(shortened("a parcel that arrived broken", 12)).not.toBe(shortened("a parcel that never arrived", 12));
    expect(shortened("a parcel that never arrived", 12).length).toBeLessThanOrEqual(12);
  });
  it("are quoted for a shell where it needs that", () => {
    expect(quoted("penguins")).toBe("penguins");
    expect(quoted("Preis (€)")).toBe("'Preis (€)'");
    expect(quoted("it's")).toBe("'it'\\''s'");
  });
});
