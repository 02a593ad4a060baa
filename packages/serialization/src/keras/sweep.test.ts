import '@manabi/backend-cpu/register';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { documented, type OlderFile, olderTable } from './older-files.fixture.ts';
import { type SweepResult, sweepModels, sweepOne } from './sweep.fixture.ts';

const python = process.env.MANABI_PYTHON;
const isWanted = python !== undefined && process.env.MANABI_KERAS_FILES !== undefined;
const scripts = fileURLToPath(new URL('../../../../tooling/goldens/keras-files/', import.meta.url));

/** Names of the models to try, as a pattern; `MANABI_KERAS_FILES=all` tries all of them and checks counts. */
const given = process.env.MANABI_KERAS_FILES ?? 'all';
const pattern = given === 'all' ? '' : given;

/** Smallest share of the files that must load, agree with Keras, be saved again, and be loaded by Keras with equal config. */
const LEAST = 0.95;

/** What Keras 3 cannot do with a file and with the file that was saved again; null if it can. */
type Reloaded = Readonly<Record<string, { readonly original: string | null; readonly saved: string | null }>>;

(isWanted ? describe : describe.skip)('files of every class of Keras (MANABI_KERAS_FILES=all, MANABI_PYTHON)', () => {
  test.each([
    ['keras-2', { TF_USE_LEGACY_KERAS: '1' }, 'tensorflow'],
    ['keras-3', { KERAS_BACKEND: 'torch' }, 'torch'],
  ])(
    '%s: at least 95 %% of the models load, agree, and are saved such that Keras loads them',
    async (family, env, backend) => {
      const folder = mkdtempSync(join(tmpdir(), `manabi-${family}-`));
      try {
        runPython('sweep.py', [family, folder, pattern], env);
        const results: SweepResult[] = [];
        for (const entry of sweepModels(folder)) results.push(await sweepOne(folder, entry));
        const list = join(folder, 'saved.json');
        writeFileSync(list, JSON.stringify(results.filter(({ saved }) => saved !== null)));
        const reloaded: Reloaded = JSON.parse(runPython('sweep_reload.py', [folder, list], { KERAS_BACKEND: backend }));
        const counts = {
          files: results.length,
          load: results.filter(({ loads }) => loads).length,
          agree: results.filter(({ agrees }) => agrees).length,
          save: results.filter(({ saved }) => saved !== null).length,
          reload: results.filter(({ name, saved }) => saved !== null && reloaded[name].saved === null).length,
        };
        const problems = results.flatMap(({ name, problem }) => {
          const found = problem ?? reloaded[name].saved;
          return found === null ? [] : `${name}: ${found}`;
        });
        const older = results.flatMap(({ name, agrees }): readonly OlderFile[] => {
          const message = reloaded[name].original;
          return agrees && message !== null ? [{ name, message }] : [];
        });
        const table = olderTable(older, results.length);
        console.info([`${family}: ${JSON.stringify(counts)}`, ...problems].join('\n'));
        console.info([table, ...older.map(({ name, message }) => `${name}: ${message}`)].join('\n'));
        if (pattern !== '') return;
        for (const count of [counts.load, counts.agree, counts.save, counts.reload]) {
          expect(count / counts.files).toBeGreaterThanOrEqual(LEAST);
        }
        if (family === 'keras-2') expect(table).toBe(documented(table));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    7_200_000,
  );
});

function runPython(script: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  return execFileSync(python ?? '', [join(scripts, script), ...args], {
    env: { ...process.env, ...env, TF_CPP_MIN_LOG_LEVEL: '3' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
