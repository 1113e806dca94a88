// Where the route is kept: the browser's address on a page, a variable inside a notebook's widget.

export interface Address {
  read(): string;
  /** `replace` leaves no entry in the history: for scrubbing. */
  write(hash: string, replace: boolean): void;
  listen(changed: () => void): () => void;
}

export function windowAddress(): Address {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let newest: string | undefined;
  const flush = (): void => {
    waiting = undefined;
    if (newest !== undefined) history.replaceState(null, "", newest);
    newest = undefined;
  };
  return {
    read: () => newest ?? location.hash,
    write(hash, replace) {
      if (!replace) {
        clearTimeout(waiting);
        flush();
        history.pushState(null, "", hash);
        return;
      }
      // Browsers refuse more than some hundred writes in 30 s; scrubbing and live runs make thousands.
      newest = hash;
      waiting ??= setTimeout(flush, 300);
    },
    listen(changed) {
      const hear = (): void => {
        newest = undefined;
        changed();
      };
      addEventListener("popstate", hear);
      addEventListener("hashchange", hear);
      return () => {
        removeEventListener("popstate", hear);
        removeEventListener("hashchange", hear);
      };
    },
  };
}

export function memoryAddress(hash = ""): Address {
  let now = hash;
  return {
    read: () => now,
    write: (next) => {
      now = next;
    },
    listen: () => () => undefined,
  };
}
