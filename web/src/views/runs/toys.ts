// Small data sets made up here: y = 2x, a wave, and shapes of two classes in the plane. The same seed makes the same points.

export interface Toy {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly kind: "number" | "classes";
  readonly points: number;
}

export const TOYS: readonly Toy[] = [
  { id: "line", title: "y = 2x", words: "The first lesson: one weight has to find 2.", kind: "number", points: 3 },
  { id: "wave", title: "a wave", words: "A curve that one layer alone cannot bend to.", kind: "number", points: 120 },
  { id: "moons", title: "two moons", words: "Two half circles that reach into each other.", kind: "classes", points: 300 },
  { id: "circles", title: "circles", words: "One class around the other.", kind: "classes", points: 300 },
  { id: "xor", title: "xor", words: "Equal signs against unequal ones.", kind: "classes", points: 300 },
  { id: "spirals", title: "spirals", words: "Two arms that wind around each other: hard.", kind: "classes", points: 400 },
];

/** So many points a shape may have. */
export const [FEWEST, MOST] = [2, 20_000];

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Points {
  x: number[][];
  y: number[];
}

/** Points of a shape. Noise moves the points of classes; that of numbers is added to y where they are trained on. */
export function makeToy(id: string, points: number, noise: number, seed: number): Points {
  const random = uniform(seed + 1);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const n = Math.max(FEWEST, Math.min(Math.round(points), MOST));
  const x: number[][] = [];
  const y: number[] = [];
  for (let i = 0; i < n; i++) {
    const k = i % 2;
    if (id === "line") {
      x.push([i + 1]);
      y.push(2 * (i + 1));
    } else if (id === "wave") {
      const at = -3 + (6 * i) / (n - 1);
      x.push([at]);
      y.push(Math.sin(1.6 * at));
    } else {
      let at: [number, number];
      if (id === "moons") {
        const angle = Math.PI * random();
        at = k ? [1 - Math.cos(angle), 0.5 - Math.sin(angle)] : [Math.cos(angle), Math.sin(angle)];
      } else if (id === "circles") {
        const angle = 2 * Math.PI * random();
        const far = k ? 0.45 * Math.sqrt(random()) : 0.75 + 0.25 * random();
        at = [far * Math.cos(angle), far * Math.sin(angle)];
      } else if (id === "xor") {
        const far = (): number => 0.05 + 0.95 * random();
        const sign = random() < 0.5 ? 1 : -1;
        at = [sign * far(), (k ? sign : -sign) * far()];
      } else {
        const t = 0.05 + 0.95 * random();
        const angle = 3.5 * Math.PI * t + k * Math.PI;
        at = [t * Math.cos(angle), t * Math.sin(angle)];
      }
      x.push(at.map((v) => v + noise * normal()));
      y.push(k);
    }
  }
  return { x, y };
}
