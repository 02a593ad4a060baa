/** Converts a name to camelCase, as used in logs: `mean_squared_error` becomes `meanSquaredError`. */
export function logName(name: string): string {
  return name.replace(/[\s_./-]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
}

/**
 * Joins a prefix and a name in camelCase: `val` and `loss` become `valLoss`, the output `digit` and `accuracy` become
 * `digitAccuracy`.
 */
export function prefixedName(prefix: string, name: string): string {
  const plain = logName(name);
  return `${logName(prefix)}${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}

/** Returns a name that is not taken yet: the name itself, or the name with a number appended. */
export function freeName(taken: ReadonlySet<string>, name: string): string {
  let free = name;
  for (let number = 1; taken.has(free); number++) free = `${name}${number}`;
  return free;
}

/** Returns whether two names are equal, ignoring underscores and case: `val_loss` equals `valLoss`. */
export function sameName(a: string, b: string): boolean {
  return normalized(a) === normalized(b);
}

function normalized(name: string): string {
  return name.replace(/[\s_]/g, '').toLowerCase();
}
