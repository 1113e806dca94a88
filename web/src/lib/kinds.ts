// What a column of a table can be read as.
import type { UploadAsk } from "./messages";

/** Of a number its decimal sign, and of a date the order of its parts may be said, where the cells leave it open. */
export type ColumnKind = NonNullable<UploadAsk["kinds"]>[string];

/** In the words of the terminal's table, and in the order in which they are offered; the type has every kind that the engine knows. */
const WORDS: Readonly<Record<ColumnKind, string>> = {
  number: "number",
  "decimal-comma": "number (decimal comma)",
  "decimal-point": "number (decimal point)",
  category: "category",
  boolean: "yes or no",
  date: "date",
  dmy: "date (day-month-year)",
  mdy: "date (month-day-year)",
  ymd: "date (year-month-day)",
  drop: "not read",
};
export const COLUMN_KINDS = Object.entries(WORDS).map(([kind, words]) => ({ kind: kind as ColumnKind, words }));

/** What a column is read as, as its choice shows it: an order that was asked for, not only the date that it gives. */
export const kindOf = (field: { readonly name: string; readonly kind: ColumnKind }, asked: Readonly<Record<string, ColumnKind>>): ColumnKind => asked[field.name] ?? field.kind;
