// What a browser keeps for a page. It may refuse to, and what it gives back may be anything.

export function readKept(key: string, storage: () => Storage = () => localStorage): unknown {
  try {
    const text = storage().getItem(key);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keeps a value, or forgets it when it is `undefined`; tells whether it is kept now. */
export function keep(key: string, value: unknown, storage: () => Storage = () => localStorage): boolean {
  try {
    if (value === undefined) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
