// Decodes and resizes photos. `build.mjs` compiles this folder to WebAssembly, which worker threads run.
import { decodeJpeg, height, width } from './jpeg';
import { reserve, reset } from './memory';
import { resizeAsPil } from './pil';
import { resizeTo } from './resize';
import { beginRows, rowOf } from './rows';

export { resizeAsPil, resizeTo };

/** Forgets the last image, and returns where to write a file of `length` bytes. */
export function input(length: i32): usize {
  reset();
  return reserve(length);
}

/**
 * Decodes the file that was written to `input`.
 *
 * @param isUpright whether to reject images that EXIF data turn
 * @returns whether the file could be decoded
 */
export function decode(file: usize, length: i32, isUpright: bool): bool {
  return decodeJpeg(file, length, isUpright);
}

/** Returns the height of the decoded image. */
export function heightOf(): i32 {
  return height;
}

/** Returns the width of the decoded image. */
export function widthOf(): i32 {
  return width;
}

/** Returns the position of all pixels of the decoded image, as uint8 with 1, 3 or 4 channels. */
export function pixelsOf(channels: i32): usize {
  const stride = width * channels;
  const out = reserve(stride * height);
  beginRows(channels);
  for (let y = 0; y < height; y++) memory.copy(out + y * stride, rowOf(y), stride);
  return out;
}
