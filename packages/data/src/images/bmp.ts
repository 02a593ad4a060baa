import { FileError } from '@manabi/files';
import { type DecodeRequest, decodeError } from './decode-request.ts';
import type { Pixels } from './pixels.ts';

/** Bytes of the file header, before the header that describes the pixels. */
const FILE_HEADER = 14;

/**
 * Decodes an uncompressed BMP of 8 bits with a palette, or of 24 or 32 bits, which `sharp` cannot read. The fourth byte of
 * 32-bit pixels is ignored, since most programs leave it zero.
 */
export function decodeBmp(request: DecodeRequest): Pixels {
  const { bytes, name } = request;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FILE_HEADER + 40) throw decodeError(request, 'its header is cut off');
  const [start, headerSize] = [view.getUint32(10, true), view.getUint32(FILE_HEADER, true)];
  const [width, signedHeight] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression, colours] = [view.getUint16(28, true), view.getUint32(30, true), view.getUint32(46, true)];
  const height = Math.abs(signedHeight);
  if (headerSize < 40 || compression !== 0 || ![8, 24, 32].includes(bits)) {
    throw new FileError(
      'unsupported',
      `Cannot decode ${name}: only uncompressed BMP files of 8, 24 and 32 bits are supported; got ${bits} bits with compression ${compression}. Convert it to PNG.`,
      { data: { source: name, bits, compression } },
    );
  }
  const stride = 4 * Math.ceil((width * bits) / 32);
  if (width <= 0 || height === 0 || start + stride * height > bytes.length) {
    throw decodeError(request, `its pixels are cut off, or its size of ${width} by ${height} is wrong`);
  }
  const palette = bits === 8 ? bytes.subarray(FILE_HEADER + headerSize, start) : null;
  if (palette !== null && palette.length < 4 * (colours || 256)) throw decodeError(request, 'its palette is cut off');
  const data = new Uint8Array(3 * width * height);
  for (let row = 0, to = 0; row < height; row++) {
    const from = start + stride * (signedHeight > 0 ? height - 1 - row : row);
    for (let column = 0; column < width; column++) {
      const pixel = palette === null ? bytes : palette;
      const at = palette === null ? from + (column * bits) / 8 : 4 * bytes[from + column];
      for (let channel = 2; channel >= 0; channel--) data[to++] = pixel[at + channel] ?? 0;
    }
  }
  return { width, height, channels: 3, data };
}
