import { kind, ManabiError, readArgument, text } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';

/** Names of the IDX element types by code; only uint8 is supported. */
const ELEMENT_TYPES: Readonly<Record<number, string>> = {
  8: 'uint8',
  9: 'int8',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

const bytesKind = kind('a Uint8Array', (given): given is Uint8Array => given instanceof Uint8Array);

/**
 * Parses an IDX file of bytes, the format of MNIST and similar datasets: two zero bytes, the code of the element type,
 * the number of axes, the length of each axis (big-endian, 32 bits), then the elements in row-major order. The file
 * must have exactly this size. The result shares the memory of `bytes`.
 *
 * @param name name of the file, used in messages
 * @returns uint8 array of the shape in the file
 * @throws ManabiError `file` if the bytes are not such a file, are truncated or too long
 * @example
 * ```ts
 * import { parseIdx } from '@manabi/datasets';
 *
 * const labels = parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9), 'labels');
 * console.log(labels.shape); // [3]
 * console.log(labels.data[0]); // 7
 * ```
 */
export function parseIdx(bytes: Uint8Array, name: string): HostArray {
  readArgument('parseIdx', 'bytes', bytes, bytesKind);
  readArgument('parseIdx', 'name', name, text);
  const fail = (problem: string, data: Record<string, unknown>): never => {
    throw new ManabiError('file', `${name} is not a valid IDX file: ${problem}.`, {
      op: 'parseIdx',
      data: { source: name, length: bytes.length, ...data },
    });
  };
  if (bytes.length < 4) fail(`it has ${bytes.length} bytes; expected at least 4`, { needed: 4 });
  const [first, second, type, rank] = bytes;
  if (first !== 0 || second !== 0 || ELEMENT_TYPES[type] === undefined) {
    const magic = Array.from(bytes.subarray(0, 4));
    const isPage = first === 0x3c;
    const hint = isPage ? '. It looks like a web page; check the address' : '';
    fail(`it starts with the bytes ${magic.join(', ')}; expected 0, 0 and an element type${hint}`, { magic });
  }
  if (ELEMENT_TYPES[type] !== 'uint8') {
    fail(`its elements are ${ELEMENT_TYPES[type]}; only uint8 is supported`, { dtype: ELEMENT_TYPES[type] });
  }
  const headerLength = 4 + 4 * rank;
  if (bytes.length < headerLength) {
    fail(`its header for ${rank} axes needs ${headerLength} bytes; got ${bytes.length}`, {
      needed: headerLength,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = headerLength + shape.reduce((size, length) => size * length, 1);
  if (bytes.length !== needed) {
    const problem = bytes.length < needed ? 'it is truncated' : 'it continues after its elements';
    fail(`its shape [${shape.join(', ')}] needs ${needed} bytes; got ${bytes.length}: ${problem}`, {
      shape,
      needed,
    });
  }
  return hostArray('uint8', shape, bytes.subarray(headerLength));
}
