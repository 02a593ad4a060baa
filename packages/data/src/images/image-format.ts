/** Format of an image file, recognized by its first bytes. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp' | 'tiff' | 'avif' | 'svg';

/** What the bytes of an image file state about the file. */
export interface ImageFacts {
  readonly format: ImageFormat;
  /** Whether the pixels of the file are CMYK, which JPEG files from print software have. */
  readonly isCmyk: boolean;
  /** Whether the file ends where its format says; a file cut off during a download does not. */
  readonly isComplete: boolean;
}

/** Returns what the bytes of a file state, or null if they are not those of an image in a known format. */
export function imageFacts(bytes: Uint8Array): ImageFacts | null {
  const format = formatOf(bytes);
  switch (format) {
    case null:
      return null;
    case 'jpeg': {
      const { components, scan } = jpegHeader(bytes);
      return { format, isCmyk: components === 4, isComplete: contains(bytes.subarray(scan), [0xff, 0xd9]) };
    }
    case 'png':
      return { format, isCmyk: false, isComplete: contains(bytes, [0x49, 0x45, 0x4e, 0x44]) };
    case 'gif':
      // Some programs pad files with zeros.
      return { format, isCmyk: false, isComplete: bytes[bytes.findLastIndex((byte) => byte !== 0)] === 0x3b };
    case 'webp':
      return { format, isCmyk: false, isComplete: bytes.length >= 8 + viewOf(bytes).getUint32(4, true) };
    default:
      return { format, isCmyk: false, isComplete: true };
  }
}

function formatOf(bytes: Uint8Array): ImageFormat | null {
  const text = (start: number, end: number) => latin1(bytes.subarray(start, end));
  const head = text(0, 12);
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (/^GIF8[79]a/.test(head)) return 'gif';
  if (/^RIFF[\s\S]{4}WEBP/.test(head)) return 'webp';
  if (head.startsWith('BM')) return 'bmp';
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'tiff';
  if (/^[\s\S]{4}ftyp(avif|avis)/.test(head)) return 'avif';
  if (/^\s*(<\?xml[\s\S]*)?<svg/.test(text(0, 1024))) return 'svg';
  return null;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/**
 * Reads the number of colour components of a JPEG, and the position where its compressed pixels begin. Before this position, an
 * embedded thumbnail may contain the marker that ends a file; after it, only the end of the file does.
 */
function jpegHeader(bytes: Uint8Array): { readonly components: number; readonly scan: number } {
  let components = 0;
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== SCAN) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++; // a fill byte
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) components = bytes[at + 9];
    at += 2 + (bytes[at + 2] << 8) + bytes[at + 3];
  }
  return { components, scan: at };
}

/** Marker of a JPEG before its compressed pixels. */
const SCAN = 0xda;

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function contains(bytes: Uint8Array, pattern: readonly number[]): boolean {
  for (let at = bytes.lastIndexOf(pattern[0]); at >= 0; at = at > 0 ? bytes.lastIndexOf(pattern[0], at - 1) : -1) {
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}
