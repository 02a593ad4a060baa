// Trains the extractor of the demo on drawn scenes, and writes its weights:
//   npm start apps/docs/src/demos/pictures/extractor/train.ts
// Numbers of scenes and of epochs may follow; the defaults, 9000 and 6, are those of the committed weights.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodeSafetensors, hostArray, optimizers, selectBackend, setRandomSeed } from 'manabi';
import { SeededRandom } from '../seeded-random.ts';
import { drawScene, questions } from './scenes/scene.ts';
import { foldedWeights, questionNames, trainingNetwork } from './training-network.ts';

const SCENES = Number(process.argv[2] ?? 9000);
const TEST_SCENES = 1000;
const EPOCHS = Number(process.argv[3] ?? 6);
const BATCH = 64;
/** Height and width of scenes, and of the random part of them that the network sees. */
const [DRAWN, SIDE] = [72, 64];
const LEARNING_RATE = 3e-3;

const destination = fileURLToPath(new URL('../network/extractor.safetensors', import.meta.url));

console.log(`Backend: ${(await selectBackend({ operations: 2e9 })).name}`);
setRandomSeed(1);
const random = new SeededRandom(1);
const begin = performance.now();
const draw = (count: number, first: number) => Array.from({ length: count }, (_, i) => drawScene(first + i, DRAWN));
const train = draw(SCENES, 1);
const test = draw(TEST_SCENES, -TEST_SCENES);
console.log(`Drew ${SCENES} scenes in ${seconds()} s.`);

const network = trainingNetwork(SIDE);
const steps = EPOCHS * Math.floor(SCENES / BATCH);
network.compile({
  optimizer: optimizers.adam({
    learningRate: optimizers.cosineDecay({
      initialLearningRate: LEARNING_RATE / 10,
      warmupTarget: LEARNING_RATE,
      warmupSteps: Math.floor(steps / 20),
      decaySteps: steps,
    }),
  }),
  loss: questionNames.map(() => 'sparseCategoricalCrossentropy' as const),
});
for (let step = 0, sum = 0; step < steps; step++) {
  const scenes = Array.from({ length: BATCH }, () => train[random.below(SCENES)]);
  const { images, labels } = batchOf(scenes, true);
  const { loss } = await network.trainOnBatch(images, labels);
  sum += loss;
  if ((step + 1) % 100 === 0) {
    console.log(`Step ${step + 1} of ${steps}, loss ${(sum / 100).toFixed(3)}, ${seconds()} s`);
    sum = 0;
    await save();
  }
}

const { images, labels } = batchOf(test, false);
const outputs = await network.predictAll(images);
for (const [q, question] of questionNames.entries()) {
  const probabilities = Array.from(await outputs[q].data());
  const classes = questions[question];
  const right = Array.from(labels[q].data).filter((label, i) => {
    const part = probabilities.slice(i * classes, (i + 1) * classes);
    return part.indexOf(Math.max(...part)) === Number(label);
  });
  console.log(
    `${question}: ${((100 * right.length) / TEST_SCENES).toFixed(1)} % of ${TEST_SCENES} test scenes, of ${classes} classes`,
  );
}

console.log(`Wrote ${await save()} bytes in ${seconds()} s.`);

/** Writes the weights as float16, and returns the size of the file. */
async function save(): Promise<number> {
  const bytes = await encodeSafetensors(await foldedWeights(network), {
    float32As: 'F16',
    metadata: { source: 'Trained on drawn scenes by train.ts of the demo; MIT licence' },
  });
  await writeFile(destination, bytes);
  return bytes.length;
}

/** Returns a part of each scene as the network's input, and the labels for each question. */
function batchOf(scenes: readonly ReturnType<typeof drawScene>[], isRandom: boolean) {
  const pixels = new Uint8Array(scenes.length * SIDE * SIDE * 3);
  const room = DRAWN - SIDE;
  for (const [i, scene] of scenes.entries()) {
    const left = isRandom ? random.below(room + 1) : room / 2;
    const top = isRandom ? random.below(room + 1) : room / 2;
    for (let row = 0; row < SIDE; row++) {
      const from = 3 * ((top + row) * DRAWN + left);
      pixels.set(scene.pixels.subarray(from, from + 3 * SIDE), 3 * SIDE * (i * SIDE + row));
    }
  }
  return {
    images: hostArray('uint8', [scenes.length, SIDE, SIDE, 3], pixels),
    labels: questionNames.map((question) =>
      hostArray(
        'int32',
        [scenes.length],
        Int32Array.from(scenes, ({ answers }) => answers[question]),
      ),
    ),
  };
}

function seconds(): string {
  return ((performance.now() - begin) / 1000).toFixed(0);
}
