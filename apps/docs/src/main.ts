// Builds and serves the site: `npm run docs`, `npm run docs -- build`, `npm run docs -- dev`.
import { build, createServer } from 'vitepress';
import { generate } from './generate.ts';
import { buildLibrary } from './library/build-library.ts';
import { serve } from './server/serve.ts';
import { docs, output } from './site/folders.ts';
import { libraryFolder } from './site/library.ts';

const usage = `Usage: npm run docs [-- COMMAND]

  (none)   Build the site, and serve it
  build    Build the site into apps/docs/dist
  dev      Serve the pages while they are edited
  serve    Serve the site that was built last
  measure  Measure the downloads and the time to the first step of the tutorial in the site that was built last
  record   Run the programs of the site that was built last, and record their output; names of programs may follow

Set PORT to use another port than 4173.`;

const port = Number(process.env.PORT ?? 4173);
const command = process.argv[2] ?? 'all';

async function buildSite(): Promise<void> {
  await Promise.all([generate(), buildLibrary(libraryFolder)]);
  await build(docs);
}

async function serveSite(): Promise<void> {
  const { address } = await serve(output, { port, base: process.env.MANABI_DOCS_BASE ?? '/' });
  console.log(`The site is at ${address}. Press Ctrl-C to stop.`);
}

if (command === 'all') {
  await buildSite();
  await serveSite();
} else if (command === 'build') {
  await buildSite();
} else if (command === 'serve') {
  await serveSite();
} else if (command === 'record') {
  const { record } = await import('./record.ts');
  await record(output, process.argv.slice(3));
} else if (command === 'measure') {
  const { measureFirstRuns } = await import('./measure.ts');
  const { chapters } = await import('./site/chapters.ts');
  console.table(
    await measureFirstRuns(
      output,
      chapters.map(({ name }) => `tutorial/${name}.html`),
    ),
  );
} else if (command === 'dev') {
  await Promise.all([generate(), buildLibrary(libraryFolder)]);
  const server = await createServer(docs, { port, host: '127.0.0.1' });
  await server.listen();
  server.printUrls();
} else {
  console.error(usage);
  process.exitCode = 2;
}
