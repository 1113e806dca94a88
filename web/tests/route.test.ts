import { describe, expect, it } from "vitest";
import { formatRoute, HOME, parseRoute, withParams } from "../src/lib/route";

describe("routes", () => {
  it("are read from the addresses that people see", () => {
    expect(parseRoute("#/run/3/cycle?step=120&phase=backward&weight=dense1.weight[3,5]")).toEqual({
      place: "run",
      run: 3,
      view: "cycle",
      params: { step: "120", phase: "backward", weight: "dense1.weight[3,5]" },
    });
    expect(parseRoute("#/lesson/3?lr=0.15")).toEqual({ place: "lesson", run: null, view: "3", params: { lr: "0.15" } });
    expect(parseRoute("#/runs")).toEqual({ place: "runs", run: null, view: "runs", params: {} });
    expect(parseRoute("#/run/newest/weight").run).toBeNull();
    expect(parseRoute("")).toEqual(HOME);
    expect(parseRoute("#/run")).toEqual(HOME);
  });

  it("keep brackets readable and come back as they went", () => {
    const route = { place: "run", run: 12, view: "weight", params: { weight: "dense1.weight[3, 5]", note: "a&b=c %?" } };
    const text = formatRoute(route);
    expect(text).toContain("weight=dense1.weight[3,%205]");
    expect(parseRoute(text)).toEqual(route);
  });

  it("name the book of the lessons", () => {
    expect(parseRoute("#/practice/3/weight?step=2")).toEqual({ place: "run", book: "practice", run: 3, view: "weight", params: { step: "2" } });
    for (const hash of ["#/practice", "#/practice/newest/cycle", "#/practice/3/weight?step=2", "#/runs", "#/lesson/2"]) expect(formatRoute(parseRoute(hash))).toBe(hash);
  });

  it("survive a broken percent sign", () => {
    expect(parseRoute("#/run/1/cycle?x=%E0%A4%A").params.x).toBe("%E0%A4%A");
  });

  it("change single parameters, and drop those that are undefined", () => {
    const route = parseRoute("#/run/1/cycle?step=2&phase=loss");
    expect(withParams(route, { step: 9, phase: undefined }).params).toEqual({ step: "9" });
    expect(route.params).toEqual({ step: "2", phase: "loss" });
  });
});
