import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { FileError } from '@manabi/files';
import { clearSession, type Model } from '@manabi/layers';
import { compare, exportOnnx } from '@manabi/onnx';
import { loadModel } from '@manabi/serialization';
import { describeWithShared, filesInTar } from '@manabi/testing';

/** Tests every ninth model only, because exporting all of them takes minutes. */
const EVERY = 9;

describeWithShared('exported models of Keras 1 and 2', 'data/formats/keras-h5-models.tar.gz', (path) => {
  test('predict the same values in ONNX Runtime as in manabi', async () => {
    const files = [...filesInTar(path)].filter(([name]) => /\.(h5|hdf5)$/.test(name)).sort();
    const different: string[] = [];
    let equal = 0;
    for (const [name, bytes] of files.filter((_, i) => i % EVERY === 0)) {
      clearSession();
      const network = await loaded(bytes);
      if (network === null) continue;
      const found = Object.values((await compare(network, await exportOnnx(network), { batchSizes: [1, 3] })).outputs);
      const worst = Math.max(...found.map(({ relative }) => relative));
      if (worst <= 1e-5) equal++;
      else different.push(`${name}: ${worst}`);
    }
    process.stdout.write(
      `\n${equal} of ${equal + different.length} models of Keras 1 and 2 predict the same values in ONNX Runtime.\n`,
    );
    expect(different).toEqual([]);
    expect(equal).toBeGreaterThan(30);
  }, 300_000);
});

/** Loads the model of a file; returns null if the file contains only weights or has unsupported layers. */
async function loaded(bytes: Uint8Array<ArrayBuffer>): Promise<Model | null> {
  try {
    return await loadModel(bytes);
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}
