import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LibraryBuild } from '../library/manifest.ts';
import { pages } from './folders.ts';

/** The folder of the library, which VitePress copies into the site. */
export const libraryFolder = join(pages, 'public', 'lib');

/** Reads the description of the library that was built last. */
export function readLibrary(): LibraryBuild {
  const file = join(libraryFolder, 'library.json');
  if (!existsSync(file)) throw new Error('The library of the site is not built: run `npm run docs -- build`.');
  return JSON.parse(readFileSync(file, 'utf8'));
}
