import '@manabi/backend-cpu/register';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { clearSession } from '@manabi/layers';
import { loadModel, saveModelBytes } from '../index.ts';
import { differenceOf, sweepModels } from '../sweep.fixture.ts';

// Models of tooling/goldens/keras-files/sweep_masks.py.
const folder = fileURLToPath(new URL('./goldens/masks', import.meta.url));

beforeEach(clearSession);

describe('loadModel: masks as arguments of calls, and masks that attention removes', () => {
  test.each(sweepModels(folder).map((entry) => [entry.name, entry] as const))(
    '%s agrees with Keras, also after it is saved again',
    async (_, entry) => {
      const model = await loadModel(join(folder, entry.file));
      expect(await differenceOf(model, entry)).toBeNull();
      clearSession();
      expect(await differenceOf(await loadModel(await saveModelBytes(model)), entry)).toBeNull();
    },
  );
});
