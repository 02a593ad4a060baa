import { decodeImage, encodeImage, hostArray, resizeImage } from 'manabi';
import { image } from './show.ts';

// An image that the program draws; from a file, a URL or an upload, it comes by `decodeImage(source)`.
const size = 64;
const pixels = new Uint8Array(size * size * 3);
for (let y = 0; y < size; y++) {
  for (let x = 0; x < size; x++) {
    const isInside = Math.hypot(x - 32, y - 32) < 24;
    pixels.set(isInside ? [220, 60, 40] : [4 * x, 4 * y, 160], 3 * (y * size + x));
  }
}
const file = await encodeImage(hostArray('uint8', [size, size, 3], pixels)); // a PNG file

const decoded = await decodeImage(file);
const small = resizeImage(decoded, [32, 48], { cropToAspectRatio: true });
console.log(decoded.dtype, decoded.shape, 'becomes', small.dtype, small.shape);
image('decoded', decoded);
