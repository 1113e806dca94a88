// How a matrix of weights lies on a small square: a flat or a thin one is folded into bands, of a large one the part around the chosen weight is cut out.

/** Where the cells of a picture come from: position in the matrix, row by row, or −1 between the bands. */
export interface Sheet {
  readonly rows: number;
  readonly columns: number;
  readonly cells: Int32Array;
  /** The part of the matrix that is shown: rows and columns of it. */
  readonly shown: readonly [number, number];
  /** How many bands one after the other, and whether they are of columns or of rows. */
  readonly bands: number;
  readonly folded: "columns" | "rows";
  readonly selected: [number, number];
}

/** Cells a side, and cells in all, that can still be told apart and hit in a picture of a few hundred pixels. */
const SIDE = 64;
const MOST = 8192;

const window = (length: number, at: number, most: number): [number, number] => {
  const n = Math.min(length, most);
  return [Math.max(0, Math.min(at - (n >> 1), length - n)), n];
};

/** The sheet of a matrix of `rows` and `columns`, in which the weight `at` is chosen. */
export function sheetOf(rows: number, columns: number, at: readonly [number, number]): Sheet {
  const whole = rows * columns <= MOST;
  const room = (length: number, other: number): number => (whole ? length : Math.max(SIDE, Math.floor((SIDE * SIDE) / Math.min(other, SIDE))));
  const [top, height] = window(rows, at[0], room(rows, columns));
  const [left, width] = window(columns, at[1], room(columns, rows));
  const folded = width >= height ? "columns" : "rows";
  const [long, short] = folded === "columns" ? [width, height] : [height, width];
  // Single lines need no gap between them; the number of bands is the one that comes nearest to a square.
  const gap = short > 1 ? 1 : 0;
  const unlike = (n: number): number => Math.abs(Math.log(Math.ceil(long / n) / (n * short + (n - 1) * gap)));
  let bands = 1;
  // What is no more than twice as long as it is high can be read as it is, and so can a few large cells.
  if (long > 2 * short && long > 12) while (bands < long && unlike(bands + 1) < unlike(bands)) bands++;
  const span = Math.ceil(long / bands);
  const across = bands * short + (bands - 1) * gap;
  const [sheetRows, sheetColumns] = folded === "columns" ? [across, span] : [span, across];
  const cells = new Int32Array(sheetRows * sheetColumns).fill(-1);
  let selected: [number, number] = [0, 0];
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const [along, side] = folded === "columns" ? [c, r] : [r, c];
      const band = Math.floor(along / span);
      const [far, near] = [band * (short + gap) + side, along % span];
      const place: [number, number] = folded === "columns" ? [far, near] : [near, far];
      cells[place[0] * sheetColumns + place[1]] = (top + r) * columns + left + c;
      if (top + r === at[0] && left + c === at[1]) selected = place;
    }
  }
  return { rows: sheetRows, columns: sheetColumns, cells, shown: [height, width], bands, folded, selected };
}

/** What is seen, in a sentence or two. */
export function toldOf(sheet: Sheet, rows: number, columns: number): string {
  const [height, width] = sheet.shown;
  const part = height === rows && width === columns ? "All of them" : `${height} × ${width} of the ${rows} × ${columns} weights, around this one`;
  return sheet.bands > 1 ? `${part}, folded into ${sheet.bands} bands.` : `${part}.`;
}
