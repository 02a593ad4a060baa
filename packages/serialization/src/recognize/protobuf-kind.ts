import type { RandomAccess } from '@manabi/files';
import type { FileKind } from './file-kinds.ts';

/** Largest number of fields that are inspected: a model has few fields, but a graph has one for each node. */
const MOST_FIELDS = 64;
/** Largest size in bytes of the tag and the length of a field: ten bytes each. */
const FIELD_HEAD = 20;

interface Field {
  readonly number: number;
  readonly wire: number;
}

/**
 * Recognizes a protobuf message by its field numbers: a `ModelProto` of ONNX, or a `SavedModel` or `GraphDef` of
 * TensorFlow. Returns null for other files.
 */
export async function protobufKind(file: RandomAccess): Promise<FileKind | null> {
  const fields = await topLevelFields(file);
  if (fields === null) return null;
  const has = (number: number): boolean => fields.some((field) => field.number === number && field.wire === 2);
  const areWithin = (numbers: readonly number[]): boolean => fields.every(({ number }) => numbers.includes(number));
  // ir_version, producer, domain, …, graph, opset_import, …
  if (has(7) && areWithin([1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26])) return 'onnx';
  const isVersioned = fields[0].number === 1 && fields[0].wire === 0;
  if (isVersioned && has(2) && areWithin([1, 2])) return 'savedModel';
  return has(1) && areWithin([1, 2, 3, 4]) ? 'tensorFlowGraph' : null;
}

/** Returns the first fields of a protobuf message; null if the file is not such a message. */
async function topLevelFields(file: RandomAccess): Promise<readonly Field[] | null> {
  const fields: Field[] = [];
  for (let at = 0; at < file.size && fields.length < MOST_FIELDS; ) {
    const head = await file.read(at, Math.min(file.size, at + FIELD_HEAD));
    const tag = varint(head, 0);
    if (tag === null || tag.value < 8) return null;
    const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    const value = wire === 0 || wire === 2 ? varint(head, tag.end) : null;
    if (value === null) return null;
    at += value.end + (wire === 2 ? value.value : 0);
    if (at > file.size) return null;
    fields.push({ number, wire });
  }
  return fields.length > 0 ? fields : null;
}

function varint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let i = 0; i < 10 && start + i < bytes.length; i++) {
    const byte = bytes[start + i];
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return Number.isSafeInteger(value) ? { value, end: start + i + 1 } : null;
  }
  return null;
}
