import '@manabi/backend-cpu/register';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkNetwork, HEAD, rowOf } from './check-network.fixture.ts';

const python = process.env.MANABI_PYTHON;
const isWanted = python !== undefined && process.env.MANABI_KERAS_APPLICATIONS !== undefined;
const script = fileURLToPath(new URL('../../../../tooling/goldens/keras-files/applications.py', import.meta.url));

/** Largest difference of outputs, relative to the largest output. */
const TOLERANCE = 1e-5;

/** Names of the networks to check; `MANABI_KERAS_APPLICATIONS=all` checks all, another value those whose names match it. */
const names: readonly string[] = isWanted ? JSON.parse(runPython(['list'])) : ['all networks'];
const pattern = process.env.MANABI_KERAS_APPLICATIONS ?? 'all';
const chosen = names.filter((name) => pattern === 'all' || new RegExp(pattern).test(name));

(isWanted ? describe : describe.skip)(
  'networks of keras.applications (MANABI_KERAS_APPLICATIONS=all, MANABI_PYTHON)',
  () => {
    beforeAll(() => void process.stdout.write(`\n${HEAD}\n`));

    test.each(chosen)(
      '%s: the file of Keras loads and agrees, and its export agrees in ONNX Runtime',
      async (name) => {
        const folder = mkdtempSync(join(tmpdir(), 'manabi-keras-applications-'));
        try {
          runPython(['make', name, folder]);
          const result = await checkNetwork(folder, name);
          // The whole run takes an hour, so each result is shown at once.
          process.stdout.write(`${rowOf(result)}\n`);
          expect(result.manabi).toBeLessThan(TOLERANCE);
          expect(result.onnxruntime).toBeLessThan(TOLERANCE);
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
      1_800_000,
    );
  },
);

function runPython(args: readonly string[]): string {
  return execFileSync(python ?? '', [script, ...args], {
    env: { ...process.env, KERAS_BACKEND: 'tensorflow', TF_CPP_MIN_LOG_LEVEL: '3' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
