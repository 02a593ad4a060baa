import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import type { DType } from '../types/dtype.ts';
import { sizeOf, type TensorType } from '../types/shape.ts';
import type { Backend } from './backend.ts';
import { BufferLedger } from './buffer-ledger.ts';
import { BufferRun, type RunSignature } from './buffer-run.ts';

/** A backend without any functions. The tests only need an object with a name. */
const backend = (name: string): Backend => {
  const never = (): never => {
    throw new Error('Unexpected call of the backend.');
  };
  return { name, upload: never, read: never, release: never, compile: never, memory: never };
};

/**
 * Returns a ledger in which a number represents the memory of a buffer. Allocation fails if all buffers together exceed
 * `room` elements.
 */
function ledgerOf(name: string, room = 100) {
  const live = new Map<number, number>();
  let made = 0;
  const ledger = new BufferLedger<number>(backend(name), {
    allocate: (type) => {
      const used = [...live.values()].reduce((sum, size) => sum + size, 0);
      if (used + sizeOf(type.shape) > room)
        throw new ManabiError('memory', 'The memory does not suffice.', { op: name });
      live.set(made, sizeOf(type.shape));
      return made++;
    },
    free: (memory) => {
      if (!live.delete(memory)) throw new Error('The memory is already free.');
    },
    bytesOf: ({ shape }) => 4 * sizeOf(shape),
  });
  return { ledger, live };
}

const vector = (length: number, dtype: DType = 'float32'): TensorType => ({ dtype, shape: [length] });

function errorOf(work: () => unknown): ManabiError {
  try {
    work();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('Expected a ManabiError.');
}

describe('BufferLedger', () => {
  test('counts the buffers that are not released, and frees released memory', () => {
    const { ledger, live } = ledgerOf('one');
    const buffers = [ledger.allocate(vector(3)), ledger.allocate(vector(5))];
    expect([ledger.held, ledger.buffers, live.size]).toEqual([32, 2, 2]);
    ledger.release(buffers[0]);
    expect([ledger.held, ledger.buffers, live.size]).toEqual([20, 1, 1]);
    expect(ledger.memoryOf(buffers[1], 'read')).toBe(1);
  });

  test('moves the memory of a buffer to a new buffer', () => {
    const { ledger, live } = ledgerOf('one');
    const rows = ledger.allocate(vector(4));
    const first = ledger.hold(vector(2), ledger.take(rows, 'firstRows'));
    expect([ledger.held, ledger.buffers, live.size]).toEqual([8, 1, 1]);
    expect(errorOf(() => ledger.memoryOf(rows, 'read')).code).toBe('disposed');
    ledger.release(first);
    expect(live.size).toBe(0);
  });

  test('rejects released buffers and buffers of other backends', () => {
    const [one, other] = [ledgerOf('one').ledger, ledgerOf('other').ledger];
    const buffer = one.allocate(vector(3));
    expect(errorOf(() => other.release(buffer))).toMatchObject({ code: 'backend', data: { backend: 'one' } });
    one.release(buffer);
    expect(errorOf(() => one.release(buffer))).toMatchObject({
      code: 'disposed',
      op: 'release',
      data: { type: vector(3) },
    });
  });
});

describe('BufferRun', () => {
  const signature: RunSignature = {
    inputs: [vector(3), vector(3), vector(2)],
    outputs: [vector(3), vector(4)],
    reuses: [1, null],
    donated: [1, 2],
  };

  test('stores outputs in donated inputs, and releases all other donated inputs', () => {
    const { ledger, live } = ledgerOf('one');
    const inputs = signature.inputs.map((type) => ledger.allocate(type));
    const run = new BufferRun(ledger, signature, inputs);
    expect([run.inputs, run.outputs]).toEqual([
      [0, 1, 2],
      [1, 3],
    ]);
    const outputs = run.succeed();
    expect(outputs.map(({ type }) => type)).toEqual(signature.outputs);
    expect(inputs.map(({ memory }) => memory)).toEqual([0, null, null]);
    expect([...live.keys()]).toEqual([0, 1, 3]);
    expect(ledger.buffers).toBe(3);
  });

  test.each([
    [true, [0, 1, 2]],
    [false, [0]],
  ])(
    'releases the outputs of a failed run, and its donated inputs unless inputsKept is true (inputsKept: %s)',
    (inputsKept, left) => {
      const { ledger, live } = ledgerOf('one');
      const run = new BufferRun(
        ledger,
        signature,
        signature.inputs.map((type) => ledger.allocate(type)),
      );
      run.fail(new ManabiError('index', 'The index is out of range.', { op: 'take', data: { inputsKept } }));
      expect([...live.keys()]).toEqual(left);
      expect(ledger.buffers).toBe(left.length);
    },
  );

  test('keeps the donated inputs if the outputs do not fit in memory', () => {
    const { ledger, live } = ledgerOf('one', 13);
    const wide = { ...signature, outputs: [vector(4), vector(4)], reuses: [null, null] };
    const inputs = wide.inputs.map((type) => ledger.allocate(type));
    expect(errorOf(() => new BufferRun(ledger, wide, inputs))).toMatchObject({
      code: 'memory',
      data: { inputsKept: true },
    });
    expect([...live.keys()]).toEqual([0, 1, 2]);
  });

  test('rejects inputs that are released, or whose number, shape or dtype does not match the signature', () => {
    const { ledger } = ledgerOf('one');
    const [x, y, z] = signature.inputs.map((type) => ledger.allocate(type));
    const failure = (...inputs: readonly (typeof x)[]) => errorOf(() => new BufferRun(ledger, signature, inputs));
    expect(failure(x, y)).toMatchObject({ code: 'argument', data: { expected: 3, given: 2, inputsKept: true } });
    expect(failure(x, y, y)).toMatchObject({ code: 'shape', data: { input: 2, inputsKept: true } });
    expect(failure(x, ledger.allocate(vector(3, 'int32')), z).code).toBe('dtype');
    ledger.release(z);
    expect(failure(x, y, z)).toMatchObject({ code: 'disposed', data: { inputsKept: true } });
  });
});
