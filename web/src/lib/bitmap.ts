// A picture as the address of an image. Unlike a canvas it is part of the page around it, which the browser need not put
// together again for every frame in which something else moves.

const COLORS = 256;
const HEAD = 54 + 4 * COLORS;
/** As many codes as a call surely takes. */
const PIECE = 0x4000;

/** The address of a picture, row by row: which of 256 colours, packed as for ImageData, each pixel has. */
export function bitmap(shades: Uint8Array, width: number, height: number, colors: Uint32Array): string {
  // Each row is filled up to a multiple of four bytes, and the lowest row comes first.
  const wide = (width + 3) & ~3;
  const bytes = new Uint8Array(HEAD + wide * height);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4d42, true);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEAD, true);
  view.setUint32(14, 40, true);
  view.setUint32(18, width, true);
  view.setUint32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true);
  // Blue stands before red, and before nothing.
  colors.forEach((color, i) => view.setUint32(54 + 4 * i, ((color & 0xff) << 16) | (color & 0xff00) | ((color >>> 16) & 0xff), true));
  for (let y = 0; y < height; y++) bytes.set(shades.subarray(y * width, (y + 1) * width), HEAD + wide * (height - 1 - y));
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return `data:image/bmp;base64,${btoa(text)}`;
}
