import { kind, ManabiError, readArgument, text } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';

/** Names of the element types that an IDX file may declare, by their code; only bytes are read. */
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
 * Reads an IDX file of bytes, the format of MNIST and its relatives: two zeros, the code of the element type, the number
 * of axes, the length of each axis (big-endian, 32 bits), then the elements, row-major. Every byte is accounted for, and
 * nothing is allocated: the result shares the memory of `bytes`.
 *
 * @param name of the file, for messages
 * @returns uint8 array of the file's shape
 * @throws ManabiError `file` if the bytes are not such a file, end too early or go on too long
 * @example `parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9), 'labels').shape // [3]`
 */
export function parseIdx(bytes: Uint8Array, name: string): HostArray {
  readArgument('parseIdx', 'bytes', bytes, bytesKind);
  readArgument('parseIdx', 'name', name, text);
  const fail = (problem: string, data: Record<string, unknown>): never => {
    throw new ManabiError('file', `${name} is no IDX file that can be read: ${problem}.`, {
      op: 'parseIdx',
      data: { source: name, length: bytes.length, ...data },
    });
  };
  if (bytes.length < 4) fail(`it has ${bytes.length} bytes, and the first four say what is in it`, { needed: 4 });
  const [first, second, type, rank] = bytes;
  if (first !== 0 || second !== 0 || ELEMENT_TYPES[type] === undefined) {
    const magic = Array.from(bytes.subarray(0, 4));
    const isPage = first === 0x3c;
    const hint = isPage ? '. It looks like a web page: does the server have the file, and is the address right?' : '';
    fail(`it starts with the bytes ${magic.join(', ')}, not with 0, 0 and an element type${hint}`, { magic });
  }
  if (ELEMENT_TYPES[type] !== 'uint8') {
    fail(`its elements are ${ELEMENT_TYPES[type]}, and only uint8 is known`, { dtype: ELEMENT_TYPES[type] });
  }
  const headerLength = 4 + 4 * rank;
  if (bytes.length < headerLength) {
    fail(`it declares ${rank} axes, whose lengths need ${headerLength} bytes, but has ${bytes.length}`, {
      needed: headerLength,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const needed = headerLength + shape.reduce((size, length) => size * length, 1);
  if (bytes.length !== needed) {
    const problem = bytes.length < needed ? 'it is cut short' : 'something follows its elements';
    fail(`its shape [${shape.join(', ')}] needs ${needed} bytes, but it has ${bytes.length}: ${problem}`, {
      shape,
      needed,
    });
  }
  return hostArray('uint8', shape, bytes.subarray(headerLength));
}
