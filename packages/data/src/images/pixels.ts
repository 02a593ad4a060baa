import { ManabiError } from '@manabi/errors';

/** Number of channels of an image: 1 for grey, 3 for RGB, 4 for RGB with alpha. */
export type ImageChannels = 1 | 3 | 4;

/** Decoded pixels, row by row, with the channels of a pixel side by side, each in [0, 255]. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha). */
  readonly channels: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/**
 * Converts pixels to another number of channels. Grey is the luma of ITU-R BT.601 with the integer arithmetic of PIL's
 * mode `L`. A removed alpha channel is ignored, as in TensorFlow and PIL; an added one is opaque.
 */
export function withChannels({ width, height, channels, data }: Pixels, wanted: ImageChannels): Uint8Array {
  const count = width * height;
  if (channels === wanted) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const out = new Uint8Array(count * wanted);
  const hasAlpha = channels === 2 || channels === 4;
  const isGrey = channels < 3;
  for (let from = 0, to = 0; from < count * channels; from += channels, to += wanted) {
    const red = data[from];
    const green = isGrey ? red : data[from + 1];
    const blue = isGrey ? red : data[from + 2];
    if (wanted === 1) {
      out[to] = greyOf(red, green, blue);
      continue;
    }
    out[to] = red;
    out[to + 1] = green;
    out[to + 2] = blue;
    if (wanted === 4) out[to + 3] = hasAlpha ? data[from + channels - 1] : 255;
  }
  return out;
}

/** Returns the luma of a colour: (19595 R + 38470 G + 7471 B) / 2^16, rounded. */
function greyOf(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** Returns the channels of an image as `ImageChannels`; throws ManabiError `shape` for any other number. */
export function checkChannels(op: string, channels: number): ImageChannels {
  if (channels === 1 || channels === 3 || channels === 4) return channels;
  throw new ManabiError(
    'shape',
    `An image must have 1 (grey), 3 (RGB) or 4 (RGBA) channels on its last axis; got ${channels}.`,
    { op, data: { channels } },
  );
}
