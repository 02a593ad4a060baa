import type { Shape } from '@manabi/core';
import { formatGiven } from '@manabi/errors/internal';
import type { RandomAccess } from '@manabi/files';
import { type SafetensorsDType, safetensorsDTypes } from './dtypes.ts';
import { corruptSafetensors } from './errors.ts';
import { countKeys } from './json-keys.ts';

/** Description of a tensor in the header of a safetensors file. */
export interface SafetensorsInfo {
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  /** Byte range of the tensor in the file: start (inclusive) and end (exclusive). */
  readonly bytes: readonly [number, number];
}

/** Header of a safetensors file. */
export interface SafetensorsHeader {
  /** User-defined strings by name, such as `format`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Descriptions of the tensors by name, in the order of their bytes in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsInfo>;
}

/** Longest accepted header in bytes, as in the reference implementation. */
export const MAX_HEADER = 100_000_000;
export const METADATA = '__metadata__';

/**
 * Reads and checks the header of a file by the rules of the format
 * (https://github.com/huggingface/safetensors#format): at most 100 MB of JSON, no duplicate name, no byte unused or shared.
 */
export async function readHeader(file: RandomAccess): Promise<SafetensorsHeader> {
  const { name: source, size } = file;
  if (size < 8)
    throw corruptSafetensors(source, `it has ${size} bytes, fewer than the 8 of the header length`, { bytes: size });
  const head = await file.read(0, 8);
  const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER) {
    throw corruptSafetensors(source, `its header has ${length} bytes, more than the limit of 100 MB`, { length });
  }
  if (8 + length > size) {
    const problem = `its header of ${length} bytes exceeds the file of ${size} bytes, which may be truncated`;
    throw corruptSafetensors(source, problem, {
      length,
      bytes: size,
    });
  }
  const { metadata, tensors } = parseHeader(source, await file.read(8, 8 + length));
  const sorted = [...tensors].sort(([, a], [, b]) => a.bytes[0] - b.bytes[0] || a.bytes[1] - b.bytes[1]);
  let end = 0;
  for (const [name, { bytes }] of sorted) {
    if (bytes[0] !== end) {
      const what = bytes[0] < end ? 'overlaps the previous tensor' : 'follows unused bytes';
      const problem = `tensor '${name}' starts at data offset ${bytes[0]}, expected ${end}; it ${what}`;
      throw corruptSafetensors(source, problem, { tensor: name, bytes });
    }
    end = bytes[1];
  }
  if (8 + length + end !== size) {
    throw corruptSafetensors(source, `its tensors end at byte ${8 + length + end}, but the file ends at byte ${size}`, {
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
  if (!isRecord(value) || bytes[0] !== 0x7b) throw corruptSafetensors(source, 'its header is not a JSON object');
  if (countKeys(text) !== keysWithin(value)) {
    throw corruptSafetensors(source, 'its header has duplicate or misplaced keys');
  }
  const { [METADATA]: metadata = {}, ...others } = value;
  if (!isRecord(metadata) || !Object.values(metadata).every((entry) => typeof entry === 'string')) {
    throw corruptSafetensors(source, `'${METADATA}' in its header is not an object of strings`);
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
    throw corruptSafetensors(source, 'its header is not JSON', {}, error);
  }
}

function infoOf(source: string, name: string, info: unknown): SafetensorsInfo {
  const wrong = (problem: string): Error => {
    return corruptSafetensors(source, `tensor '${name}' in its header has ${problem}`, { tensor: name, info });
  };
  if (!isRecord(info)) throw wrong('no description');
  const { dtype, shape, data_offsets: offsets } = info;
  if (typeof dtype !== 'string' || !isDType(dtype)) throw wrong(`the unknown element type ${formatGiven(dtype)}`);
  if (!isCounts(shape)) throw wrong(`an invalid shape ${formatGiven(shape)}, expected a list of integers >= 0`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw wrong(`invalid data_offsets ${formatGiven(offsets)}, expected [start, end]`);
  }
  const bits = shape.reduce((product, length) => product * length, safetensorsDTypes[dtype].bits);
  if (bits !== 8 * (offsets[1] - offsets[0])) {
    throw wrong(`${offsets[1] - offsets[0]} bytes, but ${dtype}[${shape.join(', ')}] takes ${bits / 8}`);
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

/** Counts the keys of a safetensors header and of the objects in it. A valid header has no further levels. */
function keysWithin(header: Record<string, unknown>): number {
  const values = Object.values(header);
  return values.reduce<number>((sum, value) => sum + (isRecord(value) ? Object.keys(value).length : 0), values.length);
}
