import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import { decodeImage } from './index.ts';
import { withoutExif } from './without-exif.ts';

test.each(['jpeg', 'png', 'webp'] as const)('removes the orientation of a %s, and keeps its pixels', async (format) => {
  const raw = { width: 12, height: 8, channels: 3 } as const;
  const pixels = Uint8Array.from({ length: 12 * 8 * 3 }, (_, i) => (i * 3) % 256);
  const bytes = Uint8Array.from(
    await sharp(pixels, { raw }).withMetadata({ orientation: 6 }).toFormat(format).toBuffer(),
  );
  expect((await decodeImage(bytes)).shape).toEqual([12, 8, 3]);
  const upright = await decodeImage(withoutExif(format, bytes));
  expect(upright).toEqual(await decodeImage(bytes, { exifOrientation: false }));
  expect(upright.shape).toEqual([8, 12, 3]);
});
