import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package. */
export const docs = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the pages. */
export const pages = join(docs, 'pages');

/** The folder of the built site. */
export const output = process.env.MANABI_DOCS_OUT ?? join(docs, 'dist');
