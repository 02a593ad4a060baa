import { FileError } from '@manabi/files';

/** Identifier and name of each class by index, as in the file `imagenet_class_index.json` of Keras. */
export type ClassIndex = Readonly<Record<string | number, readonly [id: string, name: string]>>;

/** Returns whether a value is an object with entries of class names. */
export function isClassIndex(given: unknown): given is ClassIndex {
  return (
    typeof given === 'object' &&
    given !== null &&
    Object.keys(given).length > 0 &&
    Object.values(given).every(
      (entry) => Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string'),
    )
  );
}

/**
 * Returns the classes in the order of their indices.
 *
 * @param source name of the file, for messages
 * @throws FileError `corrupt` for other content, or a missing index
 */
export function readClassIndex(
  source: string,
  given: unknown,
): readonly { readonly id: string; readonly name: string }[] {
  const entries = isClassIndex(given) ? given : {};
  const count = Object.keys(entries).length;
  return Array.from({ length: Math.max(count, 1) }, (_, index) => {
    if (Object.hasOwn(entries, index)) {
      const [id, name] = entries[index];
      return { id, name };
    }
    throw new FileError(
      'corrupt',
      `Cannot read class names from ${source}: class ${index} is missing. Expected an object such as ` +
        '{ "0": ["n01440764", "tench"], "1": … } with all indices.',
      { data: { source, missing: index, count } },
    );
  });
}
