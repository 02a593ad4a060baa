import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { compileProgram } from '@manabi/backend-cpu';
import { openProgram } from '@manabi/backend-cpu/program';
import { type HostArray, hostArray } from '@manabi/core';
import { input, layers, type Model, model, sequential, setRandomSeed } from '@manabi/layers';
import { assertArraysClose, randomSource } from '@manabi/testing';

const BATCH = 3;

function floats(...shape: readonly number[]): HostArray {
  const size = shape.reduce((product, length) => product * length, 1);
  return hostArray('float32', shape, randomSource(7).float32Array(size, -1, 1));
}

function twoInputs(): Model {
  const a = input({ shape: [4] });
  const b = input({ shape: [4] });
  const joined = layers.concatenate([a, b]);
  return model({ inputs: [a, b], outputs: [layers.dense({ units: 2 }).apply(joined), layers.add([a, b])] });
}

const networks: readonly (readonly [string, () => Model, readonly HostArray[]])[] = [
  [
    'a convolutional network',
    () =>
      sequential([
        layers.rescaling({ scale: 1 / 255, inputShape: [12, 12, 3] }),
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.batchNormalization(),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.dropout({ rate: 0.5 }),
        layers.flatten(),
        layers.dense({ units: 5, activation: 'softmax' }),
      ]),
    [floats(BATCH, 12, 12, 3)],
  ],
  [
    'a recurrent network on words',
    () =>
      sequential([
        layers.embedding({ inputDim: 20, outputDim: 6, maskZero: true, inputShape: [7] }),
        layers.bidirectional({ layer: layers.lstm({ units: 5 }) }),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ]),
    [
      hostArray(
        'float32',
        [BATCH, 7],
        Float32Array.from({ length: BATCH * 7 }, (_, i) => (i * 5) % 20),
      ),
    ],
  ],
  ['a network with two inputs and two outputs', twoInputs, [floats(BATCH, 4), floats(BATCH, 4)]],
];

describe('a program compiled ahead of time', () => {
  test.each(networks)(
    'predicts the same values as the model from which it was compiled: %s',
    async (_, make, inputs) => {
      setRandomSeed(1);
      const network = make();
      const expected = await network.predictAll(inputs.length === 1 ? inputs[0] : inputs);
      const program = openProgram(await compileProgram(network, { batchSize: BATCH }));
      const outputs = program.run(Object.fromEntries(program.inputs.map(({ name }, i) => [name, inputs[i]])));
      expect(program.outputs).toHaveLength(expected.length);
      for (const [i, { name }] of program.outputs.entries()) {
        assertArraysClose(outputs[name].data, await expected[i].data(), { rtol: 1e-6, atol: 1e-6 }, name);
      }
    },
  );
});
