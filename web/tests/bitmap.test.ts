import { expect, it } from "vitest";
import { bitmap } from "../src/lib/bitmap";

it("writes a picture that any reader of bitmaps understands: the lowest row first, blue before red", () => {
  const [red, green, gray] = [0xff0000ff, 0xff00ff00, 0xff808080];
  const colors = new Uint32Array(256).fill(gray);
  colors[0] = red;
  colors[255] = green;
  const address = bitmap(new Uint8Array([0, 255, 7, 1, 2, 3]), 3, 2, colors);
  expect(address).toMatch(/^data:image\/bmp;base64,/);
  const bytes = Uint8Array.from(atob(address.split(",")[1]), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  expect(String.fromCharCode(bytes[0], bytes[1])).toBe("BM");
  expect([2, 10, 18, 22, 30, 46].map((at) => view.getUint32(at, true))).toEqual([bytes.length, 54 + 1024, 3, 2, 0, 0]);
  expect(view.getUint16(28, true)).toBe(8);
  expect([...bytes.subarray(54, 62)]).toEqual([0, 0, 255, 0, 128, 128, 128, 0]);
  expect([...bytes.subarray(54 + 1020)]).toEqual([0, 255, 0, 0, 1, 2, 3, 0, 0, 255, 7, 0]);
});

it("takes pictures of any size", () => {
  const shades = Uint8Array.from({ length: 300 * 1000 }, (_, i) => i % 251);
  const bytes = atob(bitmap(shades, 300, 1000, new Uint32Array(256)).split(",")[1]);
  expect([bytes.length, bytes.charCodeAt(54 + 1024 + 299)]).toEqual([54 + 1024 + 300_000, shades[999 * 300 + 299]]);
});
