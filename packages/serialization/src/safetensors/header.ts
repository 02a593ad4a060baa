import type { Shape } from '@manabi/core';
import type { RandomAccess } from '@manabi/files';
import { type SafetensorsDType, safetensorsDTypes } from './dtypes.ts';
import { corruptSafetensors } from './errors.ts';
import { countKeys } from './json-keys.ts';

/** A tensor of a file, as its header tells it. */
export interface SafetensorsInfo {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** Where its bytes are in the file: from the first up to, not including, the second. */
  readonly bytes: readonly [number, number];
}

/** What stands at the beginning of a file. */
export interface SafetensorsHeader {
  /** Texts by name, which say whatever its writer wanted. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, SafetensorsInfo>;
}

/** The longest header that the reference implementation takes, in bytes. */
export const MAX_HEADER = 100_000_000;
export const METADATA = '__metadata__';

/**
 * Reads and checks the header of a file, by the rules of the format
 * (https://github.com/huggingface/safetensors#format): at most 100 MB of JSON, no name twice, no byte unused or shared.
 */
export async function readHeader(file: RandomAccess): Promise<SafetensorsHeader> {
  const { name: source, size } = file;
  if (size < 8) throw corruptSafetensors(source, `it has ${size} bytes, and a header begins with 8`, { bytes: size });
  const head = await file.read(0, 8);
  const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER) {
    throw corruptSafetensors(source, `its header would be ${length} bytes long, and 100 MB are the limit`, { length });
  }
  if (8 + length > size) {
    throw corruptSafetensors(source, `its header of ${length} bytes does not fit into it; it may be cut short`, {
      length,
      bytes: size,
    });
  }
  const { metadata, tensors } = parseHeader(source, await file.read(8, 8 + length));
  const sorted = [...tensors].sort(([, a], [, b]) => a.bytes[0] - b.bytes[0] || a.bytes[1] - b.bytes[1]);
  let end = 0;
  for (const [name, { bytes }] of sorted) {
    if (bytes[0] !== end) {
      const what = bytes[0] < end ? 'lies over another tensor' : 'leaves bytes before it that belong to none';
      throw corruptSafetensors(source, `'${name}' ${what}`, { tensor: name, bytes });
    }
    end = bytes[1];
  }
  if (8 + length + end !== size) {
    throw corruptSafetensors(source, `its tensors end at byte ${8 + length + end}, and the file at ${size}`, {
      expected: 8 + length + end,
      bytes: size,
    });
  }
  const start = 8 + length;
  const placed = sorted.map(([name, info]) => {
    const [from, to] = info.bytes;
    return [name, { ...info, bytes: [start + from, start + to] as const }] as const;
  });
  return { metadata, tensors: new Map(placed) };
}

function parseHeader(
  source: string,
  bytes: Uint8Array<ArrayBuffer>,
): { metadata: Record<string, string>; tensors: Map<string, SafetensorsInfo> } {
  const { value, text } = parseJson(source, bytes);
  if (!isRecord(value) || bytes[0] !== 0x7b) throw corruptSafetensors(source, 'its header is no JSON object');
  if (countKeys(text) !== keysWithin(value)) {
    throw corruptSafetensors(source, 'its header has a name twice, or names where none belong');
  }
  const { [METADATA]: metadata = {}, ...others } = value;
  if (!isRecord(metadata) || !Object.values(metadata).every((entry) => typeof entry === 'string')) {
    throw corruptSafetensors(source, 'its metadata are no texts by name');
  }
  const texts = Object.entries(metadata).map(([name, entry]) => [name, String(entry)] as const);
  const tensors = Object.entries(others).map(([name, info]) => [name, infoOf(source, name, info)] as const);
  return { metadata: Object.fromEntries(texts), tensors: new Map(tensors) };
}

function parseJson(source: string, bytes: Uint8Array<ArrayBuffer>): { value: unknown; text: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { value: JSON.parse(text), text };
  } catch (error) {
    throw corruptSafetensors(source, 'its header is no JSON', {}, error);
  }
}

function infoOf(source: string, name: string, info: unknown): SafetensorsInfo {
  const wrong = (problem: string): Error => corruptSafetensors(source, `'${name}' ${problem}`, { tensor: name, info });
  if (!isRecord(info)) throw wrong('is not described');
  const { dtype, shape, data_offsets: offsets } = info;
  if (typeof dtype !== 'string' || !isDType(dtype)) throw wrong(`has the unknown element type ${String(dtype)}`);
  if (!isCounts(shape)) throw wrong('has no shape of whole numbers');
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) throw wrong('has no place');
  const bits = shape.reduce((product, length) => product * length, safetensorsDTypes[dtype].bits);
  if (bits !== 8 * (offsets[1] - offsets[0])) {
    throw wrong(`is ${dtype}[${shape.join(', ')}], which does not take ${offsets[1] - offsets[0]} bytes`);
  }
  return { dtype, shape, bytes: [offsets[0], offsets[1]] };
}

function isDType(name: string): name is SafetensorsDType {
  return Object.hasOwn(safetensorsDTypes, name);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Number of keys of an object and of the objects right within: nothing lies deeper in a header. */
function keysWithin(header: Record<string, unknown>): number {
  const values = Object.values(header);
  return values.reduce<number>((sum, value) => sum + (isRecord(value) ? Object.keys(value).length : 0), values.length);
}
