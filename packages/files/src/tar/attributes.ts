import { FileError } from '../file-error.ts';
import type { TarHeader } from './tar-header.ts';

/** Attributes that precede an entry of a tar archive because its header has no room for them. */
export interface TarAttributes {
  readonly path?: string;
  readonly size?: number;
}

/** Largest size in bytes of an entry that holds attributes. */
const LARGEST = 1 << 20;

/** Whether an entry holds attributes: of the next entry (`L`, `x`), of its link (`K`), or of all entries (`g`). */
export const holdsAttributes = ({ type }: TarHeader): boolean => ['L', 'K', 'x', 'g'].includes(type);

/**
 * Checks the size of an entry with attributes, before its content is read.
 *
 * @throws FileError `corrupt` if the content is too large
 */
export function checkAttributesSize({ size }: TarHeader, source: string): void {
  if (size <= LARGEST) return;
  throw new FileError(
    'corrupt',
    `Cannot read ${source} as a tar archive: the attributes of a file have ${size} bytes; the limit is ${LARGEST}. ` +
      'Check the format, or download it again.',
    { data: { source, size } },
  );
}

/** Returns the attributes of the next entry, given those known so far and the content of an entry that holds more. */
export function withAttributes(known: TarAttributes, { type }: TarHeader, content: Uint8Array): TarAttributes {
  if (type === 'L') return { ...known, path: textOf(content) };
  if (type !== 'x') return known;
  const values = paxValues(content);
  const [path, size] = [values.get('path'), Number(values.get('size'))];
  return {
    ...known,
    ...(path === undefined ? {} : { path }),
    ...(Number.isSafeInteger(size) && size >= 0 ? { size } : {}),
  };
}

function textOf(content: Uint8Array): string {
  const end = content.indexOf(0);
  return new TextDecoder().decode(end < 0 ? content : content.subarray(0, end));
}

/** Parses the records of a pax header, `length key=value\n`; the length counts all bytes of the record. */
function paxValues(content: Uint8Array): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(textOf(content.subarray(at, at + 20)), 10);
    if (!(length > 0)) break;
    const record = new TextDecoder().decode(content.subarray(at, at + length - 1));
    const [key, ...value] = record.slice(record.indexOf(' ') + 1).split('=');
    values.set(key, value.join('='));
    at += length;
  }
  return values;
}
