import '@manabi/backend-cpu/register';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { clearSession } from '@manabi/layers';
import { loadModel } from '../index.ts';
import { differenceOf, sweepModels } from '../sweep.fixture.ts';

// Written by tooling/goldens/keras-files/sweep.py: files of Keras 2 with layers whose weights Keras 3 does not store so.
const folder = fileURLToPath(new URL('./goldens/layers', import.meta.url));

describe('loadModel: .keras files of Keras 2', () => {
  test.each(sweepModels(folder).map((entry) => [entry.name, entry] as const))(
    '%s agrees with Keras',
    async (_, entry) => {
      clearSession();
      const model = await loadModel(join(folder, entry.file));
      expect(await differenceOf(model, entry)).toBeNull();
    },
  );
});
