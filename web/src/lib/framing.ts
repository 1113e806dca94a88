// One message is one binary frame: the length of a JSON header, the header, then columns, each begun at a multiple of 8.

export type ColumnData = Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array;

/** An array beside the JSON: row-major, lying over the bytes of its frame. */
export interface Column {
  readonly name: string;
  readonly dtype: "f32" | "f64" | "i32" | "u8" | "u16";
  readonly shape: readonly number[];
  readonly data: ColumnData;
}

export type Columns = Readonly<Record<string, Column>>;

interface ColumnHeader {
  name: string;
  dtype: Column["dtype"];
  shape: number[];
  offset: number;
  bytes: number;
}

export interface Frame {
  header: Record<string, unknown>;
  columns: Columns;
}

const ARRAYS = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u8: Uint8Array,
  u16: Uint16Array,
} as const;

const up = (n: number): number => (n + 7) & ~7;

/** An array as a column of `shape`. */
export function column(name: string, data: ColumnData, shape: readonly number[] = [data.length]): Column {
  for (const [dtype, array] of Object.entries(ARRAYS))
    if (data instanceof array) return { name, dtype: dtype as Column["dtype"], shape, data };
  throw new Error("no such type of column");
}

/** The frame of a message; `columns` follow the header. Offsets count from the first byte behind the padded header. */
export function encode(header: Record<string, unknown>, columns: Columns = {}): Uint8Array<ArrayBuffer> {
  const listed: ColumnHeader[] = [];
  let offset = 0;
  for (const { name, dtype, shape, data } of Object.values(columns)) {
    listed.push({ name, dtype, shape: [...shape], offset, bytes: data.byteLength });
    offset = up(offset + data.byteLength);
  }
  const text = new TextEncoder().encode(JSON.stringify(listed.length ? { ...header, columns: listed } : header));
  const start = up(4 + text.length);
  const frame = new Uint8Array(start + offset);
  new DataView(frame.buffer).setUint32(0, text.length, true);
  frame.set(text, 4);
  for (const { name, offset } of listed) {
    const { data } = columns[name];
    frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + offset);
  }
  return frame;
}

/** The header and the columns of a frame. Columns are views of the frame's bytes, never copies. */
export function decode(data: ArrayBuffer | Uint8Array): Frame {
  // A view that does not begin at a multiple of 8 could not carry float64 columns.
  const bytes =
    data instanceof Uint8Array ? (data.byteOffset % 8 === 0 ? data : new Uint8Array(data)) : new Uint8Array(data);
  if (bytes.byteLength < 4) throw new Error(`a message of ${bytes.byteLength} bytes has no header`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (4 + length > bytes.byteLength) throw new Error(`a message of ${bytes.byteLength} bytes has no header of ${length}`);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Record<string, unknown>;
  const start = up(4 + length);
  const columns: Record<string, Column> = {};
  for (const c of (header.columns ?? []) as ColumnHeader[]) {
    const array = ARRAYS[c.dtype];
    if (!array) throw new Error(`the column ${c.name} has the unknown type ${c.dtype}`);
    if (start + c.offset + c.bytes > bytes.byteLength) throw new Error(`the column ${c.name} is cut off`);
    const data = new array(bytes.buffer as ArrayBuffer, bytes.byteOffset + start + c.offset, c.bytes / array.BYTES_PER_ELEMENT);
    columns[c.name] = { name: c.name, dtype: c.dtype, shape: c.shape, data };
  }
  delete header.columns;
  return { header, columns };
}

const EMPTY = new Float32Array(0);

/** The numbers of a column, or an empty array where there is no such column. */
export const numbers = (columns: Columns, name: string): ColumnData => columns[name]?.data ?? EMPTY;
