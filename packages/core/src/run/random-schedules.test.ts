import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { add, dispatch, exp, jit, mul, realize, registerBackend, setBackend, type Tensor, tensor } from '../index.ts';
import { delayedBackend } from '../test-backend/delayed-backend.fixture.ts';

const names = ['one', 'two', 'three'] as const;
type Name = (typeof names)[number];

/** Source of random numbers for the delays of the backends. */
let random = randomSource(0);
/** Waits for a random number of microtasks or iterations of the event loop. */
const delay = async (): Promise<void> => {
  for (let n = random.integer(0, 4); n > 0; n--) await null;
  for (let n = random.integer(0, 3); n > 0; n--) await new Promise((resolve) => setImmediate(resolve));
};
const backends = names.map((name) => delayedBackend({ name, delay }));

beforeAll(() => {
  for (const [i, name] of names.entries()) registerBackend(name, () => backends[i]);
});

/** A tensor of a random program, with its expected elements and the backend on which it is or will be stored. */
interface Known {
  tensor: Tensor;
  values: readonly number[];
  readonly on: Name;
}

const update = jit((x: Tensor, by: Tensor) => add(mul(x, 2), by), { donate: [0] });
const fresh = jit((x: Tensor) => add(x, x));

/**
 * Runs a program of random steps, reads, moves, disposals and changes of the backend, without awaiting one before it
 * starts the next.
 */
async function schedule(seed: number, length: number): Promise<void> {
  const choice = randomSource(seed);
  random = randomSource(seed + 1e6);
  const checks: Promise<void>[] = [];
  const expectRead = (tensor: Tensor, values: readonly number[]): void => {
    const read = tensor.array();
    checks.push(read.then((elements) => expect({ seed, elements }).toEqual({ seed, elements: values })));
  };
  const start = async (on: Name): Promise<Known> => {
    await setBackend(on);
    const value = choice.integer(0, 9);
    return { tensor: await realize(mul(exp(tensor([0, 0, 0])), value)), values: [value, value, value], on };
  };
  const known: Known[] = [];
  for (const name of names) known.push(await start(name), await start(name));

  for (let i = 0; i < length; i++) {
    const at = choice.integer(0, known.length);
    const one = known[at];
    switch (choice.integer(0, 8)) {
      case 0:
      case 1: {
        // A step that donates its argument.
        const by = choice.integer(0, 3);
        const { result, done } = dispatch(update, [one.tensor, tensor([by, by, by])]);
        checks.push(done);
        known[at] = { ...one, tensor: result, values: one.values.map((x) => 2 * x + by) };
        if (known[at].values.some((x) => x > 1e5)) {
          known[at].tensor.dispose();
          known[at] = await start(one.on);
        }
        break;
      }
      case 2:
        expectRead(one.tensor, one.values);
        break;
      case 3:
        expectRead(
          add(one.tensor, 1),
          one.values.map((x) => x + 1),
        );
        break;
      case 4: {
        // A move to another backend. The moved tensor is used when the move has finished, the original one immediately.
        const values = one.values;
        const target = choice.pick(names.filter((name) => name !== one.on));
        const moved = one.tensor.to(target);
        checks.push(
          moved.then((tensor) =>
            expectRead(
              fresh.plain(tensor),
              values.map((x) => 2 * x),
            ),
          ),
        );
        break;
      }
      case 5: {
        // A value in host memory that several backends read.
        const shared = tensor([1, 2, 3]);
        for (const name of [choice.pick(names), choice.pick(names)]) {
          await setBackend(name);
          expectRead(add(shared, shared), [2, 4, 6]);
          if (choice.next() < 0.5) checks.push(fresh(shared).then((sum) => expectRead(sum, [2, 4, 6])));
        }
        if (choice.next() < 0.5) shared.dispose();
        break;
      }
      case 6:
        expectRead(one.tensor, one.values);
        one.tensor.dispose();
        known[at] = await start(one.on);
        break;
      case 7:
        await setBackend(choice.pick(names));
        if (choice.next() < 0.5) await delay();
        break;
    }
  }
  // A check that is awaited may add further checks.
  for (let done = 0; done < checks.length; ) {
    const batch = checks.slice(done);
    await Promise.all(batch);
    done += batch.length;
  }
  expect(backends.map((backend) => backend.loss)).toEqual([null, null, null]);
  for (const { tensor, values } of known) {
    expect({ seed, elements: await tensor.array() }).toEqual({ seed, elements: values });
    tensor.dispose();
  }
}

/** Number of random programs. The environment variable `MANABI_FUZZ` overrides it. */
const COUNT = Number(process.env.MANABI_FUZZ ?? 60);

describe('random programs on three backends with random delays', () => {
  test('compute the same results as if each operation were awaited', async () => {
    for (let seed = 0; seed < COUNT; seed++) await schedule(seed, 40);
  });
});
