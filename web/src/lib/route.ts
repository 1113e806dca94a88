// The address of a view: #/run/3/cycle?step=120&weight=dense1.weight[3,5], #/lesson/1, #/runs. A view's whole state is in it.
// A run that a lesson made is at #/practice/3/cycle, all of them at #/practice.

export interface Route {
  /** "run": a view of a run; "lesson": a lesson; else the name of a place without a run. */
  readonly place: string;
  /** The book that its run is in: that of the lessons; absent is the one that was opened. */
  readonly book?: "practice";
  /** Number of the run; null is the newest. */
  readonly run: number | null;
  /** Id of the view, or of the lesson. */
  readonly view: string;
  readonly params: Readonly<Record<string, string>>;
}

export const HOME: Route = { place: "run", run: null, view: "cycle", params: {} };

// encodeURIComponent would make dense1.weight[3,5] unreadable; a fragment allows these as they are.
const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%(5B|5D|2C|3A|2F)/g, (code) => decodeURIComponent(code));

const plain = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export function parseRoute(hash: string): Route {
  const [path, query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const parts = path.split("/").filter(Boolean).map(plain);
  const params: Record<string, string> = {};
  for (const pair of query.split("&").filter(Boolean)) {
    const at = pair.indexOf("=");
    if (at < 0) params[plain(pair)] = "";
    else params[plain(pair.slice(0, at))] = plain(pair.slice(at + 1));
  }
  if (parts.length === 0) return { ...HOME, params };
  const book = parts[0] === "practice" ? { book: "practice" as const } : {};
  if (book.book && parts.length === 1) return { ...book, place: "runs", run: null, view: "runs", params };
  if (parts[0] === "run" || book.book) {
    const run = /^\d+$/.test(parts[1] ?? "") ? Number(parts[1]) : null;
    return { ...book, place: "run", run, view: parts[2] ?? "cycle", params };
  }
  if (parts[0] === "lesson") return { place: "lesson", run: null, view: parts[1] ?? "1", params };
  return { place: parts[0], run: null, view: parts[0], params };
}

export function formatRoute(route: Route): string {
  const path =
    route.place === "run"
      ? `${route.book ?? "run"}/${route.run ?? "newest"}/${readable(route.view)}`
      : route.place === "lesson"
        ? `lesson/${readable(route.view)}`
        : readable(route.book ?? route.place);
  const query = Object.entries(route.params)
    .map(([key, value]) => `${readable(key)}=${readable(value)}`)
    .join("&");
  return `#/${path}${query && "?"}${query}`;
}

/** `route` with some parameters changed; undefined takes one away. */
export function withParams(route: Route, changes: Record<string, string | number | undefined>): Route {
  const params: Record<string, string> = { ...route.params };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete params[key];
    else params[key] = String(value);
  }
  return { ...route, params };
}
