import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeWhere } from '@manabi/testing';
import { describeInBrowser } from '../browser/browser.fixture.ts';
import { webModulePath, webRequirement } from './onnxruntime-web.fixture.ts';
import type * as Fixture from './page.fixture.ts';

declare global {
  /** The exports of `page.fixture.ts`, defined only in the page. */
  var onnxRuntimePage: typeof Fixture;
}

/** Path on the server of the module that computes in WebAssembly only. */
const module = '/onnxruntime-web/ort.wasm.min.mjs';

/** Returns a file of the package onnxruntime-web. */
const files = (path: string) =>
  path.startsWith('/onnxruntime-web/')
    ? readFile(join(dirname(webModulePath ?? ''), basename(path)))
    : Promise.resolve(undefined);

describeWhere(webRequirement, 'onnxruntime-web', () => {
  const program = join(import.meta.dirname, 'page.fixture.ts');
  describeInBrowser(
    'a page with the backend onnxruntime',
    program,
    (page) => {
      test('trains like the CPU', async () => {
        const onCpu = await page().evaluate(() => onnxRuntimePage.training('cpu'));
        const outcome = await page().evaluate((path) => onnxRuntimePage.training(path), module);
        expect(onCpu.backend).toBe('cpu');
        expect(outcome.backend).toBe('onnxruntime');
        // The training step has a dropout, so its random numbers are made on the CPU.
        expect(outcome.places).toContain('split');
        expect(outcome.losses).toHaveLength(3);
        for (const [i, loss] of onCpu.losses.entries()) expect(outcome.losses[i]).toBeCloseTo(loss, 4);
      });

      test('reports providers that the module lacks', async () => {
        expect(await page().evaluate((path) => onnxRuntimePage.unknownProvider(path), module)).toMatch(
          /cannot use the providers cuda/,
        );
      });
    },
    { globalName: 'onnxRuntimePage', files },
  );
});
