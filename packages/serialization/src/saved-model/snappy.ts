/** Largest ratio of sizes: a copy of three bytes yields 64 bytes. */
const LARGEST_RATIO = 64;

/**
 * Decompresses a block of Snappy (https://github.com/google/snappy/blob/main/format_description.txt).
 *
 * @returns null for invalid data
 */
export function unsnappy(packed: Uint8Array): Uint8Array<ArrayBuffer> | null {
  let at = 0;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= packed.length || shift > 28) return null;
    const byte = packed[at++];
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (size > packed.length * LARGEST_RATIO) return null;
  const result = new Uint8Array(size);
  let end = 0;
  const little = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value += packed[at + i] * 2 ** (8 * i);
    at += count;
    return value;
  };
  while (at < packed.length) {
    const tag = packed[at++];
    const kind = tag & 3;
    let length = tag >> 2;
    if (kind === 0) {
      if (length >= 60) {
        const count = length - 59;
        if (at + count > packed.length) return null;
        length = little(count);
      }
      length++;
      if (at + length > packed.length || end + length > size) return null;
      result.set(packed.subarray(at, at + length), end);
      at += length;
      end += length;
      continue;
    }
    let distance: number;
    if (kind === 1) {
      if (at >= packed.length) return null;
      distance = ((tag >> 5) << 8) + packed[at++];
      length = ((tag >> 2) & 7) + 4;
    } else {
      const count = kind === 2 ? 2 : 4;
      if (at + count > packed.length) return null;
      distance = little(count);
      length++;
    }
    if (distance === 0 || distance > end || end + length > size) return null;
    // Source and result may overlap, which repeats the source.
    for (let i = 0; i < length; i++) result[end + i] = result[end + i - distance];
    end += length;
  }
  return end === size ? result : null;
}
