// A colour for each class, and pictures made of them: hues around the circle, light and dark by turns.
import { mix, rgb, type Palette, type Rgb } from "./theme";

/** The colour with lightness l, chroma c and hue h (degrees) of OKLCH, in sRGB (Ottosson, 2020). */
export function oklch(l: number, c: number, h: number): Rgb {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const [long, middle, short] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  const linear = [
    4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * middle + 1.707614701 * short,
  ];
  const [red, green, blue] = linear.map((x) => {
    const v = Math.min(Math.max(x, 0), 1);
    return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
  });
  return [red, green, blue];
}

/** Two classes take the colours of the signs, blue and orange, which everybody can tell apart. */
export function classColors(classes: number, palette: Palette, dark: boolean): Rgb[] {
  if (classes <= 2) return [rgb(palette.negative), rgb(palette.positive)].slice(0, Math.max(classes, 1));
  return Array.from({ length: classes }, (_, i) =>
    oklch((i % 2 ? 0.72 : 0.54) + (dark ? 0.08 : 0), 0.14, 30 + (360 * i) / classes),
  );
}

/** A number in [low, high]: blue below the middle, orange above; the middle itself as the panel, where it is no dot. */
export function numberColor(value: number, low: number, high: number, palette: Palette, middle = palette.panel): Rgb {
  const t = high > low ? Math.min(Math.max(((value - low) / (high - low)) * 2 - 1, -1), 1) : 0;
  return mix(rgb(middle), rgb(t < 0 ? palette.negative : palette.positive), Math.abs(t));
}

/** What is no number has no colour. */
const pack = (c: Rgb): number => (Number.isNaN(c[0]) ? 0 : ((255 << 24) | (Math.round(c[2]) << 16) | (Math.round(c[1]) << 8) | Math.round(c[0])) >>> 0);

/** How much of a colour lies on the paper. */
const STRENGTH = 0.62;

/**
 * Pixels of a picture `wide` by `high`, its first row the largest y. `grid` is what the network says at each x, then each y:
 * probabilities of the classes, which mix their colours.
 */
export function regionPixels(grid: ArrayLike<number>, wide: number, high: number, colors: readonly Rgb[], paper: Rgb): Uint32Array {
  const classes = colors.length;
  const pixels = new Uint32Array(wide * high);
  for (let i = 0; i < wide; i++)
    for (let j = 0; j < high; j++) {
      const at = (i * high + j) * classes;
      let [r, g, b] = [0, 0, 0];
      for (let k = 0; k < classes; k++) {
        const p = grid[at + k];
        r += p * colors[k][0];
        g += p * colors[k][1];
        b += p * colors[k][2];
      }
      pixels[(high - 1 - j) * wide + i] = pack(mix(paper, [r, g, b], STRENGTH));
    }
  return pixels;
}

/** The same of numbers: `outputs` of them at each place, of which the first is shown. */
export function levelPixels(grid: ArrayLike<number>, wide: number, high: number, outputs: number, color: (value: number) => Rgb, paper: Rgb): Uint32Array {
  const pixels = new Uint32Array(wide * high);
  for (let i = 0; i < wide; i++)
    for (let j = 0; j < high; j++)
      pixels[(high - 1 - j) * wide + i] = pack(mix(paper, color(grid[(i * high + j) * outputs]), 0.8));
  return pixels;
}
