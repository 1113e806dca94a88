// What weights and units show in each phase, worked out when it is first drawn.
import type { ColumnData } from "../../lib/framing";
import type { Drawing } from "./painter";
import { blames, moves, products, steadyReach, type Scene } from "./scene";

/** Numbers that are drawn, and the magnitude that has the deepest colour or the widest line. */
export interface Drawn {
  readonly values: ColumnData;
  readonly most: number;
}

/** Everything of a scene that the picture may need and that does not change from frame to frame, worked out when it is first drawn. */
export interface Prepared {
  readonly scene: Scene;
  readonly weight: (() => Drawn)[];
  readonly products: (() => Drawn)[];
  readonly blames: (() => Drawn | null)[];
  readonly grad: (() => Drawn)[];
  readonly moves: (() => Drawn)[];
  readonly value: (() => Drawn)[];
  readonly signal: (() => Drawn | null)[];
}

function once<T>(make: () => T): () => T {
  let made: { readonly it: T } | null = null;
  return () => (made ??= { it: make() }).it;
}

const drawn = (values: ColumnData): Drawn => ({ values, most: steadyReach(values) });

export function prepare(scene: Scene): Prepared {
  const { links, values, signals } = scene;
  return {
    scene,
    weight: links.map((link) => once(() => drawn(link.weight))),
    products: links.map((link, k) => once(() => drawn(products(link, values[k])))),
    blames: links.map((link, k) => once(() => (signals[k + 1] ? drawn(blames(link, signals[k + 1]!)) : null))),
    grad: links.map((link) => once(() => drawn(link.grad))),
    moves: links.map((link) => once(() => drawn(moves(link)))),
    value: values.map((of) => once(() => drawn(of))),
    signal: signals.map((of) => once(() => (of ? drawn(of) : null))),
  };
}

/** What the weights of a link show now, each with its opacity; two where one fades into the other. */
export function shown({ phase, scene, live }: Drawing, p: Prepared, k: number, t: number): [Drawn, number][] {
  if (live?.[k]) return [[drawn(live[k]), 1]];
  const before = p.weight[k]();
  if (phase === "backward") return t > 0 ? [[before, 1 - t], [p.grad[k](), t]] : [[before, 1]];
  if (phase === "update") {
    // First the change alone, as large as it can be seen; then the new weights.
    const change = t < 0.5 ? Math.min(1, t * 4) : 1 - Math.min(1, (t - 0.5) * 2.6);
    const weights = t < 0.5 ? before : { values: scene.links[k].after, most: before.most };
    return change > 0 ? [[weights, 1 - change], [p.moves[k](), change]] : [[weights, 1]];
  }
  return [[before, 1]];
}
