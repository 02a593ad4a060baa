/** A name as it stands in logs: camelCase, whatever the spelling. `mean_squared_error` is `meanSquaredError`. */
export function logName(name: string): string {
  return name.replace(/[\s_./-]+(.)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
}

/**
 * A name with another one before it: `val` and `loss` are `valLoss`, the output `digit` and `accuracy` are
 * `digitAccuracy`.
 */
export function prefixedName(prefix: string, name: string): string {
  const plain = logName(name);
  return `${logName(prefix)}${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
}

/** A name that is not taken yet: the name, or the name and a number. */
export function freeName(taken: ReadonlySet<string>, name: string): string {
  let free = name;
  for (let number = 1; taken.has(free); number++) free = `${name}${number}`;
  return free;
}

/** Whether two names are the same, whatever their spelling: `val_loss` is `valLoss`. */
export function sameName(a: string, b: string): boolean {
  return normalized(a) === normalized(b);
}

function normalized(name: string): string {
  return name.replace(/[\s_]/g, '').toLowerCase();
}
