import { beforeAll, describe, expect, test } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import {
  gru,
  index,
  type LstmOptions,
  lstm,
  random,
  registerBackend,
  simpleRnn,
  type Tensor,
  tensor,
  zeros,
} from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

const [BATCH, STEPS, INPUTS, UNITS] = [2, 3, 4, 5];
const x = random.normal(random.key(1), [BATCH, STEPS, INPUTS]);

function weights(gates: number) {
  return {
    kernel: random.normal(random.key(2), [INPUTS, gates * UNITS]),
    recurrentKernel: random.normal(random.key(3), [UNITS, gates * UNITS]),
  };
}

const zeroState = zeros([BATCH, UNITS]);

async function expectSame(actual: Tensor, expected: Tensor): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  assertArraysClose(await actual.data(), await expected.data(), { rtol: 1e-6, atol: 1e-7 });
}

describe('recurrent networks', () => {
  test('return the final states, and the outputs of all time steps or of the last one', async () => {
    const options: LstmOptions = { ...weights(4), states: [zeroState, zeroState] };
    const all = lstm(x, options);
    expect(all.output.shape).toEqual([BATCH, STEPS, UNITS]);
    expect(all.states.map(({ shape }) => shape)).toEqual([zeroState.shape, zeroState.shape]);
    await expectSame(index(all.output, [], STEPS - 1), all.states[0]);
    await expectSame(lstm(x, { ...options, returnSequences: false }).output, all.states[0]);
  });

  test('with `reverse`, run from the last time step to the first, and return outputs in the order of the inputs', async () => {
    const options = { ...weights(3), states: [zeroState], reverse: true };
    const { output, states } = gru(x, options);
    await expectSame(index(output, [], 0), states[0]);
  });

  test('simpleRnn computes activation(x · kernel + bias + h · recurrentKernel)', async () => {
    const { output } = simpleRnn(tensor([[[1], [2]]]), {
      kernel: tensor([[3]]),
      recurrentKernel: tensor([[10]]),
      bias: tensor([0.5]),
      states: [tensor([[1]])],
      activation: 'linear',
    });
    expect(await output.array()).toEqual([[[13.5], [141.5]]]);
  });

  test('gru accepts a bias of shape [2, 3 * units] with resetAfter, and rejects it without resetAfter', () => {
    const both = zeros([2, 3 * UNITS]);
    const options = { ...weights(3), states: [zeroState] };
    expect(gru(x, { ...options, bias: both }).output.shape).toEqual([BATCH, STEPS, UNITS]);
    expect(thrown(() => gru(x, { ...options, bias: both, resetAfter: false }))).toMatchObject({ code: 'shape' });
  });

  test('reject mismatched weights, states and options', () => {
    const options = { ...weights(4), states: [zeroState, zeroState] };
    expect(thrown(() => lstm(x, { ...options, states: [zeroState] }))).toMatchObject({ code: 'shape', op: 'lstm' });
    expect(thrown(() => lstm(zeros([BATCH, INPUTS]), options))).toMatchObject({ code: 'shape' });
    expect(thrown(() => lstm(x, { ...options, kernel: zeros([INPUTS, 3]) }))).toMatchObject({
      code: 'shape',
      data: { given: [x.shape, [INPUTS, 3], [UNITS, 4 * UNITS], zeroState.shape, zeroState.shape] },
    });
    const misspelled: LstmOptions = JSON.parse('{ "returnSequence": true }');
    expect(thrown(() => lstm(x, { ...options, ...misspelled }))).toMatchObject({ code: 'argument' });
  });
});
