import type { HostArray } from '@manabi/ir';
import { ServeError } from '../serve-error.ts';

/** Length of the pieces in which long texts are written. */
const PIECE = 2 ** 16;

/**
 * Checks that JSON can represent the elements of arrays.
 *
 * @throws ServeError `failed` for NaN and infinities
 */
export function checkFinite(arrays: readonly HostArray[]): void {
  for (const { data } of arrays) {
    const found = data.findIndex((value) => !Number.isFinite(value));
    if (found < 0) continue;
    throw new ServeError(
      'failed',
      `The model computed ${data[found]}, which JSON cannot represent. Check the inputs; binary responses of the protocol of KServe can contain such values.`,
      { data: { value: String(data[found]), position: found } },
    );
  }
}

/** Formats a number with few digits. For float32, 9 are always enough: reading the text gives the same bits. */
function formatNumber(value: number, dtype: HostArray['dtype']): string {
  if (Object.is(value, -0)) return '-0';
  if (Number.isSafeInteger(value) || (dtype !== 'float32' && dtype !== 'float16')) return String(value);
  for (let digits = 7; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * Writes an array as nested JSON arrays, in pieces.
 *
 * @param shape shape to write, such as that of one row; `data` contains its elements
 */
export function* nestedJson(
  { dtype, data }: Pick<HostArray, 'dtype' | 'data'>,
  shape: readonly number[],
): Generator<string> {
  const format =
    dtype === 'bool'
      ? (value: number) => (value === 0 ? 'false' : 'true')
      : (value: number) => formatNumber(value, dtype);
  let text = '';
  let next = 0;
  function* write(axis: number): Generator<string> {
    if (axis === shape.length) {
      text += format(data[next++]);
      return;
    }
    text += '[';
    for (let i = 0; i < shape[axis]; i++) {
      if (i > 0) text += ',';
      // Numbers are written without a generator for each of them.
      if (axis === shape.length - 1) text += format(data[next++]);
      else yield* write(axis + 1);
      if (text.length >= PIECE) {
        yield text;
        text = '';
      }
    }
    text += ']';
  }
  yield* write(0);
  yield text;
}

/** Writes a list with commas, from the pieces of its items. */
export function* listJson(items: Iterable<Iterable<string>>): Generator<string> {
  yield '[';
  let isFirst = true;
  for (const item of items) {
    if (!isFirst) yield ',';
    isFirst = false;
    yield* item;
  }
  yield ']';
}

/** Writes an object, from the pieces of its values. */
export function* objectJson(entries: Iterable<readonly [key: string, value: Iterable<string>]>): Generator<string> {
  yield '{';
  let isFirst = true;
  for (const [key, value] of entries) {
    yield `${isFirst ? '' : ','}${JSON.stringify(key)}:`;
    isFirst = false;
    yield* value;
  }
  yield '}';
}

/** Writes a value that is small. */
export function plainJson(value: unknown): readonly string[] {
  return [JSON.stringify(value)];
}
