import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Allocator } from '../../memory/allocator.ts';
import type { RunTasks } from '../../runtime/threads.ts';
import { compileModule } from '../../wasm/compile-in-node.ts';
import { type FunctionBuilder, forRange, ModuleBuilder } from '../../wasm/index.ts';
import { nodeHost } from '../node/node-host.ts';
import { ModuleTasks } from './module-tasks.ts';
import { Pool } from './pool.ts';

/** Address at which the functions of tests count, above the addresses of tables. */
const COUNTER = 4096;

let threads = 1;
const pools: Pool[] = [];

function newPool(eager = true): Pool {
  const pool = new Pool(nodeHost, () => threads, eager);
  pools.push(pool);
  return pool;
}

afterEach(() => {
  threads = 1;
  // Stops all helpers, because one thread needs none.
  for (const pool of pools.splice(0)) expect(pool.isReady()).toBe(false);
});

/** Makes a function whose tasks `write` writes, ready to run on threads. */
function prepare(pool: Pool, tasks: number, write: (f: FunctionBuilder, task: number) => void) {
  const allocator = new Allocator(8192, true);
  const { memory } = allocator;
  const builder = new ModuleBuilder(memory.type);
  const f = builder.function('f', ['i32', 'i32', 'i32'], []);
  const task = f.local('i32');
  forRange(
    f,
    task,
    (g) => g.get(1),
    (g) => g.get(2),
    1,
    () => write(f, task),
  );
  const module = compileModule(builder.toBytes());
  const instance = new WebAssembly.Instance(module, { env: { memory: memory.memory as WebAssembly.Memory } });
  // The function was declared with this signature above.
  const run = instance.exports.f as RunTasks;
  const loaded = new ModuleTasks(pool, module, allocator);
  const runner = loaded.forTable({ address: 64, bytes: 128 }, 80, false);
  return { memory, loaded, run: runner('f', run, tasks, 0) };
}

/** Writes a task that counts, and then waits until all tasks count, but not for ever. */
function meet(f: FunctionBuilder, tasks: number): void {
  const polls = f.local('i32');
  f.i32(COUNTER)
    .i32(1)
    .atomic('i32.atomic.rmw.add')
    .op('i32.eqz')
    .if(() => {});
  f.i32(0).set(polls);
  f.block((done) => {
    f.loop((again) => {
      f.i32(COUNTER).i32(0).atomic('i32.atomic.rmw.add').i32(tasks).op('i32.ge_s').brIf(done);
      f.get(polls).i32(1).op('i32.add').tee(polls).i32(2_000_000).op('i32.lt_s').brIf(again);
      // Not all threads take part: shows in the word after the counter.
      f.i32(COUNTER).i32(1).store('i32.store', 4);
    });
  });
}

describe('ModuleTasks', () => {
  test.each([2, 3])('runs as many tasks at the same time as there are threads (%i)', (count) => {
    threads = count;
    const { memory, run } = prepare(newPool(), count, (f) => meet(f, count));
    let met = false;
    for (let attempt = 0; attempt < 50 && !met; attempt++) {
      memory.words.fill(0, COUNTER / 4, COUNTER / 4 + 2);
      run();
      expect(memory.words[COUNTER / 4]).toBe(count);
      met = memory.words[COUNTER / 4 + 1] === 0;
    }
    expect(met).toBe(true);
  });

  test('runs each task once, also when the number of threads changes and modules are disposed of', () => {
    const pool = newPool();
    const tasks = 100;
    const make = () =>
      prepare(pool, tasks, (f, task) => {
        f.get(task)
          .i32(4)
          .op('i32.mul')
          .i32(1)
          .atomic('i32.atomic.rmw.add', COUNTER)
          .op('i32.eqz')
          .if(() => {});
      });
    const kept = make();
    let runs = 0;
    for (const count of [1, 3, 2, 1, 4, 4]) {
      threads = count;
      const passing = make();
      for (let i = 0; i < 20; i++) {
        kept.run();
        passing.run();
        runs++;
      }
      const at = COUNTER / 4;
      expect([...new Set(passing.memory.words.subarray(at, at + tasks))]).toEqual([20]);
      expect([...new Set(kept.memory.words.subarray(at, at + tasks))]).toEqual([runs]);
      passing.loaded.dispose();
    }
  });

  test('runs a short plan alone if shared runs take longer', async () => {
    threads = 2;
    const pool = newPool(false);
    const { loaded, run } = prepare(pool, 8, (f) => {
      const i = f.local('i32');
      forRange(f, i, 0, 50_000, 1, () => {});
    });
    const shares = jest.spyOn(pool, 'run');
    /** Runs a plan, and returns whether its job was shared. A shared run takes a millisecond longer. */
    const runPlan = (): boolean => {
      const before = shares.mock.calls.length;
      const isShared = (): boolean => shares.mock.calls.length > before;
      const steps = (): boolean => {
        run();
        for (const end = performance.now() + 1; isShared() && performance.now() < end; );
        return false;
      };
      loaded.run({ run: steps }, -1, (stopped) => expect(stopped).toBe(false));
      return isShared();
    };
    let isKnown = false;
    for (let wait = 0; wait < 5000 && !isKnown; wait++) {
      await setTimeout(1);
      isKnown = runPlan();
    }
    expect(isKnown).toBe(true);
    for (let i = 0; i < 20; i++) runPlan();
    expect(Array.from({ length: 100 }, runPlan)).not.toContain(true);
    loaded.dispose();
  });

  test('writes to memory by which the memory has grown, with bulk instructions too', () => {
    threads = 3;
    const tasks = 64;
    const { memory, run } = prepare(newPool(), tasks, (f, task) => {
      // Fills 4096 bytes for each task, from the address in memory.
      f.i32(COUNTER).load('i32.load').get(task).i32(12).op('i32.shl', 'i32.add').i32(7).i32(4096).fill();
    });
    for (let round = 0; round < 20; round++) {
      const start = memory.byteLength - (memory.byteLength % 4096);
      memory.grow(2 ** 22);
      memory.words[COUNTER / 4] = start;
      run();
      expect(new Set(memory.bytes.subarray(start, start + 4096 * tasks))).toEqual(new Set([7]));
    }
  });

  test('throws the error of a task that fails on any thread, and runs the next job', () => {
    threads = 3;
    const pool = newPool();
    const { memory, run } = prepare(pool, 16, (f, task) => {
      // The task with the number in memory reads at the end of the address range.
      f.get(task).i32(COUNTER).load('i32.load').op('i32.eq');
      f.if(() =>
        f
          .i32(-4)
          .load('i32.load')
          .op('i32.eqz')
          .if(() => {}),
      );
    });
    for (let task = 0; task < 32; task++) {
      memory.words[COUNTER / 4] = task;
      if (task < 16) expect(run).toThrow(WebAssembly.RuntimeError);
      else run();
    }
  });
});
