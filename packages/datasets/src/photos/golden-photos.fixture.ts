import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A small JPEG file of `tooling/goldens/images/photos.py`. */
export interface GoldenPhoto {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** Whether threads decode it. */
  readonly isFast: boolean;
  /** Hash of the RGB pixels that Pillow decodes. */
  readonly sha256: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const path = join(import.meta.dirname, 'goldens/photos.json');
const { photos }: { photos: (Omit<GoldenPhoto, 'bytes'> & { readonly jpeg: string })[] } = JSON.parse(
  readFileSync(path, 'utf8'),
);

export const goldenPhotos: readonly GoldenPhoto[] = photos.map(({ jpeg, ...photo }) => ({
  ...photo,
  bytes: new Uint8Array(Buffer.from(jpeg, 'base64')),
}));
