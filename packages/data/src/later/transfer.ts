import { isPlainObject } from '../structure.ts';

/**
 * Returns a value for another thread, whose typed arrays do not share memory. A row of an array is a view of all rows, so a
 * message with the row itself would copy the memory of all rows, and a transfer would take it away.
 *
 * @param ownsMemory whether arrays that use their whole buffer may be passed on without a copy
 */
export function compact(value: unknown, ownsMemory: boolean): unknown {
  if (ArrayBuffer.isView(value)) {
    const isWhole = value.byteLength === value.buffer.byteLength && value.buffer instanceof ArrayBuffer;
    return ownsMemory && isWhole ? value : copyOf(value);
  }
  if (Array.isArray(value)) return value.map((item) => compact(item, ownsMemory));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, compact(item, ownsMemory)]));
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  if (view instanceof DataView) return new DataView(bytes.buffer);
  const Type: unknown = view.constructor;
  // Every view other than DataView is a typed array, whose constructor accepts a buffer.
  return new (Type as new (buffer: ArrayBuffer) => ArrayBufferView)(bytes.buffer);
}

/** Returns the buffers of the typed arrays in a value, each once. */
export function transferablesIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (part: unknown): void => {
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer);
    } else if (Array.isArray(part)) part.forEach(visit);
    else if (isPlainObject(part)) Object.values(part).forEach(visit);
  };
  visit(value);
  return [...found];
}
