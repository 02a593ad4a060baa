import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  exportOnnx,
  exportSavedModel,
  layers,
  loadModel,
  loadWeights,
  type Model,
  openSavedModel,
  saveModel,
  saveWeights,
  sequential,
} from 'manabi';

const folder = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'iris-')));
const at = (name: string) => join(folder, name);
const create = () =>
  sequential([
    layers.dense({ units: 8, activation: 'relu', inputShape: [4], name: 'hidden' }),
    layers.dense({ units: 3, activation: 'softmax', name: 'species' }),
  ]);
const model = create();

// Whole models
await saveModel(model, at('iris.keras'), { metadata: { classNames: ['setosa', 'versicolor', 'virginica'] } });
await saveModel(model, at('iris.h5')); // for programs that use Keras 2
await exportOnnx(model, at('iris.onnx'));
await exportSavedModel(model, at('iris'));
const models: Model[] = [await loadModel(at('iris.keras')), await loadModel(at('iris.h5'))];

// Weights
for (const name of ['iris.weights.h5', 'iris.safetensors', 'iris.npz', 'iris.pt']) {
  await saveWeights(model, at(name));
  const other = create();
  await loadWeights(other, at(name));
  models.push(other);
}

// All of them predict the same.
const x = [[5.1, 3.5, 1.4, 0.2]];
const text = async (each: Model) => String(await (await each.predict(x)).array());
const expected = await text(model);
for (const each of models) if ((await text(each)) !== expected) throw new Error('A file changed the predictions.');
console.log(`${models.length} files, equal predictions`);

const saved = await openSavedModel(at('iris'));
console.log('signatures of the SavedModel:', saved.signatures);
if (process.argv[2] === undefined) await rm(folder, { recursive: true });
