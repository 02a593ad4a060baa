/** JSON has no NaN and no infinities: they are written as an object with this key. */
const KEY = 'number';

const NAMES: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Returns JSON without line breaks, in which NaN and infinities are objects such as `{"number":"NaN"}`. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? { [KEY]: String(part) } : part,
  );
}

/** Parses the result of `toJson`. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || !(KEY in part)) return part;
    const name: unknown = part[KEY];
    return typeof name === 'string' && Object.hasOwn(NAMES, name) ? NAMES[name] : part;
  });
}
