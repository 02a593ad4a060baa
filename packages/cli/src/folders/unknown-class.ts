import { ManabiError } from 'manabi';

/** Returns the error for data with a class that a network does not have. */
export function unknownClass(source: string, name: string, known: readonly string[]): ManabiError {
  return new ManabiError(
    'data',
    `${source} contains the class '${name}'; the network has the classes ${known.join(', ')}. Rename or remove it.`,
    { data: { source, name, classNames: known } },
  );
}
