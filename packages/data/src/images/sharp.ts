import { ManabiError } from '@manabi/errors';
import type { Sharp } from 'sharp';
import { decodeBmp } from './bmp.ts';
import { type DecodeRequest, decodeError } from './decode-request.ts';
import type { Pixels } from './pixels.ts';

type SharpConstructor = typeof import('sharp')['default'];

/** Decodes an image with `sharp`. Calls run in parallel, on the threads of Node's pool. */
export async function decodeWithSharp(request: DecodeRequest): Promise<Pixels> {
  const { bytes, facts, exifOrientation } = request;
  if (facts.format === 'bmp') return decodeBmp(request);
  const sharp = await loadSharp('decode images');
  const image = sharp(bytes, { failOn: 'error', ignoreIcc: true, autoOrient: exifOrientation });
  try {
    if (facts.isCmyk) return rgbOfCmyk(await rawPixels(image.pipelineColourspace('cmyk').toColourspace('cmyk')));
    return await rawPixels(image.toColourspace('srgb'));
  } catch (cause) {
    throw decodeError(request, cause);
  }
}

let loaded: SharpConstructor | undefined;

/**
 * Loads `sharp` on first use. The name is not a literal in the import, so that bundlers for pages do not resolve it.
 *
 * @param purpose what the package is needed for, as a verb phrase
 */
export async function loadSharp(purpose: string): Promise<SharpConstructor> {
  if (loaded !== undefined) return loaded;
  const name = 'sharp';
  try {
    const { default: sharp }: { readonly default: SharpConstructor } = await import(
      /* webpackIgnore: true */ /* @vite-ignore */ name
    );
    loaded = sharp;
    return sharp;
  } catch (cause) {
    throw new ManabiError(
      'argument',
      `The package sharp is required to ${purpose} in Node, and is not installed. Run: npm install sharp`,
      { data: { package: name }, cause },
    );
  }
}

async function rawPixels(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** Converts CMYK to RGB as PIL and TensorFlow do, without a colour profile. */
function rgbOfCmyk({ width, height, channels, data }: Pixels): Pixels {
  const rgb = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < rgb.length; from += channels) {
    const black = 255 - data[from + 3];
    for (let colour = 0; colour < 3; colour++) rgb[to++] = Math.round(((255 - data[from + colour]) * black) / 255);
  }
  return { width, height, channels: 3, data: rgb };
}
