import { describe, expect, it } from "vitest";
import { column, decode, encode, numbers } from "../src/lib/framing";

describe("frames", () => {
  it("lay out length, header, padding and columns as agreed, byte for byte", () => {
    const frame = encode({ id: 7 }, { loss: column("loss", new Float32Array([1, 0.5])) });
    const length = new DataView(frame.buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(frame.subarray(4, 4 + length)));
    expect(header).toEqual({ id: 7, columns: [{ name: "loss", dtype: "f32", shape: [2], offset: 0, bytes: 8 }] });
    const start = Math.ceil((4 + length) / 8) * 8;
    expect(frame.length).toBe(start + 8);
    expect([...frame.subarray(start)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0x3f]);
    expect([...frame.subarray(4 + length, start)].every((byte) => byte === 0)).toBe(true);
  });

  it("come back as they went, every type, each column at a multiple of 8", () => {
    const columns = {
      a: column("a", new Uint8Array([1, 2, 3])),
      b: column("b", new Float64Array([1 / 3, -0])),
      c: column("c", new Int32Array([-5])),
      d: column("d", new Uint16Array([65535, 1]), [2, 1]),
      e: column("e", new Float32Array(0)),
    };
    const { header, columns: found } = decode(encode({ ask: "x" }, columns));
    expect(header).toEqual({ ask: "x" });
    expect(found).toEqual(columns);
    for (const one of Object.values(found)) expect(one.data.byteOffset % 8).toBe(0);
  });

  it("are read where they lie askew in a larger buffer", () => {
    const frame = encode({ id: 1 }, { b: column("b", new Float64Array([2.5])) });
    const shifted = new Uint8Array(frame.length + 3);
    shifted.set(frame, 3);
    expect(numbers(decode(shifted.subarray(3)).columns, "b")).toEqual(new Float64Array([2.5]));
  });

  it("that are cut off or of an unknown type are refused with a sentence", () => {
    const frame = encode({ id: 1 }, { b: column("b", new Float64Array([2.5, 3])) });
    expect(() => decode(frame.subarray(0, 2))).toThrow("has no header");
    expect(() => decode(frame.subarray(0, 9))).toThrow("has no header of");
    expect(() => decode(frame.subarray(0, frame.length - 8))).toThrow("column b is cut off");
    const text = JSON.stringify({ columns: [{ name: "z", dtype: "f16", shape: [1], offset: 0, bytes: 2 }] });
    const odd = new Uint8Array(4 + text.length + 16);
    new DataView(odd.buffer).setUint32(0, text.length, true);
    odd.set(new TextEncoder().encode(text), 4);
    expect(() => decode(odd)).toThrow("unknown type f16");
  });
});
