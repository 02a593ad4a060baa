import { type HostArray, ManabiError } from '@manabi/core';
import { type KindsOf, type OptionValues, oneOf, optional, readOptions, recordOf, signal, text } from '@manabi/errors';
import type { WriteOptions } from '@manabi/files';
import { bytesOfElements } from '../elements/element-kind.ts';
import { toBfloat16, toFloat16 } from '../elements/half.ts';
import { type NamedTensors, toHostArrays } from '../elements/host-arrays.ts';
import { joinedBytes } from '../joined-bytes.ts';
import { type Destination, writeTo } from '../stores/index.ts';
import { rankOf, type SafetensorsDType, storedAs } from './dtypes.ts';
import { MAX_HEADER, METADATA } from './header.ts';

/** How tensors are put into a safetensors file. */
export interface SafetensorsOptions {
  /** Texts by name, for whoever reads the file: `{ format: 'pt' }` lets transformers load it. By default none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What float32 elements are stored as, rounded to the nearest; by default `F32`. */
  readonly float32As?: 'F32' | 'F16' | 'BF16';
}

/** Options of `writeSafetensors`. */
export interface WriteSafetensorsOptions extends SafetensorsOptions, WriteOptions {}

/** A tensor as it stands in a file. */
interface Stored {
  readonly name: string;
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const encodeKinds = {
  metadata: optional(recordOf(text), {}),
  float32As: optional(oneOf('F32', 'F16', 'BF16'), 'F32'),
} satisfies KindsOf<SafetensorsOptions>;
const writeKinds = { ...encodeKinds, signal: optional(signal) } satisfies KindsOf<WriteSafetensorsOptions>;

/**
 * Writes tensors into a safetensors file, byte for byte as the reference implementation does: types of large elements
 * first, then by name.
 *
 * @throws ManabiError `argument` for a name that the format keeps for itself, or unknown options
 * @throws FileError as a destination does: `permission`, `noSpace`, …; the old file then stays
 * @example `await writeSafetensors('weights.safetensors', { kernel, bias }, { float32As: 'F16' })`
 */
export async function writeSafetensors(
  destination: Destination,
  tensors: NamedTensors,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  const { signal, ...others } = readOptions('writeSafetensors', options, writeKinds);
  const pieces = await safetensorsPieces('writeSafetensors', tensors, others);
  return writeTo(destination, yielded(pieces), { signal });
}

/**
 * The bytes of a safetensors file with these tensors.
 *
 * @throws ManabiError as `writeSafetensors`
 */
export async function encodeSafetensors(
  tensors: NamedTensors,
  options: SafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const read = readOptions('encodeSafetensors', options, encodeKinds);
  return joinedBytes(await safetensorsPieces('encodeSafetensors', tensors, read));
}

/** The bytes of a file in pieces: its header, and the tensors' own memory where their elements stay as they are. */
async function safetensorsPieces(
  op: string,
  tensors: NamedTensors,
  { metadata, float32As }: OptionValues<typeof encodeKinds>,
): Promise<Uint8Array[]> {
  const stored = [...(await toHostArrays(op, 'tensors', tensors))].map(([name, array]) =>
    storedForm(name, array, float32As),
  );
  stored.sort((a, b) => rankOf(b.dtype) - rankOf(a.dtype) || compareCodePoints(a.name, b.name));
  let end = 0;
  const infos = stored.map(({ name, dtype, shape, bytes }): [string, unknown] => {
    const start = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [start, end] }];
  });
  const texts: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [[METADATA, metadata]];
  const header = new TextEncoder().encode(jsonOf([...texts, ...infos]));
  const padded = Math.ceil(header.length / 8) * 8;
  if (padded > MAX_HEADER) {
    throw new ManabiError('argument', `The header would have ${padded} bytes, and 100 MB are the limit.`, {
      op: 'writeSafetensors',
      data: { bytes: padded },
    });
  }
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(header, 8);
  return [head, ...stored.map(({ bytes }) => bytes)];
}

/** JSON of an object whose keys keep their order, also those that look like numbers. */
function jsonOf(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}

function storedForm(name: string, { dtype, shape, data }: HostArray, float32As: 'F32' | 'F16' | 'BF16'): Stored {
  if (name === METADATA) {
    throw new ManabiError('argument', `No tensor may be called ${METADATA}: the format keeps that name for texts.`, {
      op: 'writeSafetensors',
      data: { tensor: name },
    });
  }
  if (data instanceof Float32Array && float32As !== 'F32') {
    const narrow = float32As === 'F16' ? toFloat16(data) : toBfloat16(data);
    return { name, dtype: float32As, shape, bytes: new Uint8Array(narrow.buffer) };
  }
  return { name, dtype: storedAs[dtype], shape, bytes: bytesOfElements(data) };
}

/** The order of texts by their code points, which is that of their UTF-8 bytes; JavaScript's own is that of UTF-16. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

async function* yielded(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* pieces;
}
