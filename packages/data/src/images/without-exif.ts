import type { ImageFormat } from './image-format.ts';

/**
 * Returns a copy of an image file without its EXIF data. Browsers turn images by it and cannot be told otherwise: the value `none` of
 * `imageOrientation` means `from-image` in current versions.
 */
export function withoutExif(format: ImageFormat, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  switch (format) {
    case 'jpeg':
      return withoutSegments(bytes);
    case 'png':
      return withoutChunks(bytes);
    case 'webp':
      return renamedChunks(bytes);
    default:
      return bytes;
  }
}

/** Renames the segments APP1, which hold EXIF data, to APP15, which decoders ignore. */
function withoutSegments(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  let at = 2;
  while (at + 3 < copy.length && copy[at] === 0xff && copy[at + 1] !== 0xda) {
    if (copy[at + 1] === 0xff) {
      at++; // a fill byte
      continue;
    }
    if (copy[at + 1] === 0xe1) copy[at + 1] = 0xef;
    at += 2 + (copy[at + 2] << 8) + copy[at + 3];
  }
  return copy;
}

/** Removes the chunks `eXIf` of a PNG. */
function withoutChunks(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array<ArrayBuffer>[] = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = Math.min(bytes.length, at + 12 + view.getUint32(at));
    if (nameAt(bytes, at + 4) !== 'eXIf') kept.push(bytes.subarray(at, end));
    at = end;
  }
  const copy = new Uint8Array(kept.reduce((sum, { length }) => sum + length, 0));
  let to = 0;
  for (const part of kept) {
    copy.set(part, to);
    to += part.length;
  }
  return copy;
}

/** Renames the chunks `EXIF` of a WebP to a name that decoders ignore. */
function renamedChunks(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 12; at + 8 <= copy.length; ) {
    if (nameAt(copy, at) === 'EXIF') copy[at] = 0x58;
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size % 2);
  }
  return copy;
}

function nameAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
