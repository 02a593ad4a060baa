/**
 * Returns a short text for an option of `compile` that names losses, metrics or an optimizer: the name itself, the class of
 * an object, the name of a function, or such texts for each output.
 */
export function identifierText(given: unknown): string {
  if (given === undefined || given === null) return 'none';
  if (typeof given === 'string') return given;
  if (typeof given === 'function') return given.name === '' ? 'a function' : given.name;
  if (Array.isArray(given)) return given.map(identifierText).join(', ');
  if (typeof given !== 'object') return String(given);
  const name = nameIn(given);
  if (name !== null) return name;
  return Object.entries(given)
    .map(([output, part]) => `${output}: ${identifierText(part)}`)
    .join(', ');
}

/** Returns the name of a loss, metric or optimizer, or of a description of one; null for other objects. */
export function nameIn(given: object): string | null {
  for (const key of ['name', 'className']) {
    const name: unknown = Reflect.get(given, key);
    if (typeof name === 'string' && ('config' in given || 'apply' in given || 'className' in given)) return name;
  }
  return null;
}
