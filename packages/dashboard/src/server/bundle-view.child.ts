// Bundles the view into view-bundle.ts: node tooling/run/start.mjs packages/dashboard/src/server/bundle-view.child.ts
import { writeFile } from 'node:fs/promises';
import { bundledView, bundleUrl } from './bundle-view.fixture.ts';

await writeFile(bundleUrl, await bundledView());
