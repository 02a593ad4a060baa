import { withBase } from 'vitepress';
import type { LibraryManifest } from '../library/manifest.ts';
import { type LibraryUrls, libraryUrls } from './library-urls.ts';

/** The manifest of the library, which the build inserts. */
declare const __MANABI_LIBRARY__: LibraryManifest;

/** Returns the addresses of the files that programs of this site import. */
export function siteLibrary(): LibraryUrls {
  return libraryUrls(__MANABI_LIBRARY__, withBase('/'));
}
