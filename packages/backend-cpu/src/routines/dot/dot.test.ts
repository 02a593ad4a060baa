import { describe, expect, test } from '@jest/globals';
import { sizeOf } from '@manabi/ir';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { fusesMultiplyAdd } from '../../wasm/fused.ts';
import type { DotEpilogue, DotPlan, DotShape } from './index.ts';
import { planDot, storeLanes, taskCount } from './index.ts';
import { tilePlan } from './recipes.ts';
import { type DotRunOptions, denseDot, dotSlots, runDot } from './run-dot.fixture.ts';

/**
 * Runs a plan and compares the result with that of a plain loop: bit by bit, or with a tolerance if lanes are added in
 * another order. Runs sums of float32 with and without fused multiply-add.
 */
function check(plan: DotPlan, options?: DotRunOptions): void {
  const isFloat32 = plan.shape.dtype === 'float32';
  const lanes = plan.steps.some((step) => step.kind === 'inner') && isFloat32;
  for (const fused of isFloat32 && fusesMultiplyAdd() ? [false, true] : [false]) {
    const { out, expected } = runDot(plan, { ...options, fused });
    assertArraysClose(out, expected, lanes ? { rtol: 1e-5, atol: 1e-5 } : { rtol: 0, atol: 0 });
  }
}

const layouts = [false, true].flatMap((lhs) =>
  [false, true].flatMap((rhs) => [false, true].map((out) => ({ lhs, rhs, out }))),
);

describe('products add their terms in the order of k', () => {
  test.each(layouts)('with operands transposed: %j', (layout) => {
    for (const m of [1, 2, 3, 4, 5, 9, 14]) {
      for (const n of [1, 2, 4, 6, 8, 10, 13, 19]) {
        for (const k of [0, 1, 3, 4, 18]) check(planDot(denseDot(m, n, k, layout)));
      }
    }
  });

  test.each([
    [70, 90, 130],
    [90, 24, 20],
    [3, 256, 70],
    [2, 256, 70],
    [9, 256, 258],
    [1, 300, 30],
    [300, 1, 30],
    [1, 1, 1000],
    [33, 9, 500],
    [64, 256, 33],
  ])('for a result of %d x %d and k = %d', (m, n, k) => {
    for (const layout of layouts) check(planDot(denseDot(m, n, k, layout)));
  });
});

test('planDot returns no steps for an empty result, and a plan that writes zeros for empty sums', () => {
  expect(planDot(denseDot(0, 4, 3)).steps).toEqual([]);
  expect(planDot(denseDot(4, 0, 3)).steps).toEqual([]);
  expect(planDot({ ...denseDot(4, 4, 3), batch: [2, 0] }).steps).toEqual([]);
  expect([...runDot(planDot(denseDot(2, 3, 0))).out]).toEqual([0, 0, 0, 0, 0, 0]);
});

describe('all tilings compute the same bits', () => {
  const sizes = [
    { rows: 4, columns: 8 },
    { rows: 2, columns: 12 },
    { rows: 2, columns: 16 },
    { rows: 6, columns: 4 },
  ];
  const roles = (['lhs', 'rhs'] as const).flatMap((vectors) =>
    [0, 1, 2, 3].map((bits) => ({ vectors, packed: { lhs: (bits & 1) === 1, rhs: (bits & 2) === 2 } })),
  );
  test.each(roles)('with these operands read as vectors and packed: %j', ({ vectors, packed }) => {
    // An operand that is read as vectors without packing must be contiguous along its free axis.
    const layout = { lhs: vectors === 'lhs', rhs: vectors === 'lhs' };
    for (const [m, n, k] of [
      [26, 29, 11],
      [13, 33, 9],
    ]) {
      for (const { rows, columns } of sizes) {
        for (const kBlock of [4, 100]) {
          for (const outer of ['rows', 'columns'] as const) {
            for (const blocks of [1, 2, 100]) {
              const choices = { vectors, packed, near: false, parts: 1, rows, columns, kBlock, outer };
              const rowBlock = blocks * rows;
              const columnBlock = blocks * columns;
              check(tilePlan(denseDot(m, n, k, layout), { ...choices, rowBlock, columnBlock }), {
                shuffled: blocks === 2,
              });
            }
          }
        }
      }
    }
  });
});

describe('long sums', () => {
  const transposed = { lhs: true };
  const tilesOf = (plan: DotPlan) => plan.steps.filter((step) => step.kind === 'tile');

  test.each([
    [8, 40, 3000, 11],
    [40, 9, 3000, 11],
    [33, 19, 2700, 10],
    [64, 48, 1500, 5],
    [61, 259, 517, 4],
  ])('of a result of %d x %d with k = %d have the same bits however tasks are divided', (m, n, k, parts) => {
    const plan = planDot(denseDot(m, n, k, transposed));
    expect(plan.steps).toMatchObject([
      { kind: 'tile', parts, grid: { blocks: [parts, 1] } },
      { kind: 'addParts', parts },
    ]);
    check(plan);
    check(plan, { shuffled: true });
  });

  test('have the same bits for operands of integers, and for results that are stored in any order', () => {
    const [byRows, spread] = [
      { batch: [], m: 1, n: 21 },
      { batch: [], m: 40, n: 2 },
    ];
    for (const [dtype, out] of [
      ['float32', byRows],
      ['float32', spread],
      ['int32', byRows],
      ['uint32', spread],
    ] as const) {
      const plan = planDot({ ...denseDot(21, 19, 4100, transposed, dtype), out });
      expect(tilesOf(plan)).toMatchObject([{ parts: 16 }]);
      check(plan, { shuffled: true });
    }
  });

  test('have fewer parts if the sums of all parts would not stay in the cache', () => {
    const partsOf = (m: number, n: number) =>
      tilesOf(planDot(denseDot(m, n, 6400, transposed))).map((tile) => tile.parts);
    expect([partsOf(32, 96), partsOf(64, 160), partsOf(64, 256)]).toEqual([[16], [12], [8]]);
  });

  test('follow the order in which the larger operand is stored', () => {
    const shape: DotShape = {
      ...denseDot(12, 40, 3000, transposed),
      contract: [30, 100],
      lhs: { batch: [], free: [1], contract: [12 * 100, 12] },
      rhs: { batch: [], free: [1], contract: [40, 40 * 30] },
    };
    const plan = planDot(shape);
    expect(plan.shape.contract).toEqual([100, 30]);
    expect(plan.steps).toMatchObject([{ kind: 'pack', operand: 'lhs' }, { parts: 11 }, { kind: 'addParts' }]);
    check(plan);
    check(plan, { shuffled: true });
  });

  test('of operands that are not contiguous along their free axes are packed', () => {
    for (const layout of [{}, { rhs: true }, { lhs: true, rhs: true }]) {
      expect(tilesOf(planDot(denseDot(64, 48, 1500, layout)))).toMatchObject([{ parts: 1 }]);
    }
  });

  test('have at most 1024 blocks in a part, whose sums need no totals in float64', () => {
    const [tile] = tilesOf(planDot(denseDot(8, 8, 4_000_000, transposed)));
    expect(tile).toMatchObject({ parts: 16, kBlock: 245 });
  });
});

describe('columns that are packed with each block have the same bits', () => {
  const choices = { near: true, parts: 1, rows: 4, columns: 8, outer: 'columns' } as const;
  test.each([
    ['lhs', 64, 13],
    ['rhs', 13, 64],
  ] as const)('with vectors from %s', (vectors, m, n) => {
    for (const packed of [true, false]) {
      const both = { lhs: packed || vectors === 'lhs', rhs: packed || vectors === 'rhs' };
      for (const kBlock of [4, 7, 100]) {
        for (const [rowBlock, columnBlock] of [
          [16, 64],
          [4, 32],
        ]) {
          for (const dtype of ['float32', 'int32'] as const) {
            const shape = denseDot(m, n, 23, { lhs: vectors === 'lhs' }, dtype);
            const plan = tilePlan(shape, { ...choices, vectors, packed: both, kBlock, rowBlock, columnBlock });
            expect(plan.steps.filter((step) => step.kind === 'pack' && step.operand === vectors)).toEqual([]);
            check(plan);
            check(plan, { shuffled: true });
          }
        }
      }
    }
  });

  test('over several contracted axes', () => {
    const shape: DotShape = {
      ...denseDot(6, 32, 1),
      contract: [2, 3, 5],
      lhs: { batch: [], free: [1], contract: [120, 40, 7] },
      rhs: { batch: [], free: [1], contract: [495, 165, 33] },
    };
    for (const packed of [true, false]) {
      for (const kBlock of [1, 4, 7, 15, 100]) {
        const blocks = { kBlock, rowBlock: 4, columnBlock: 32 };
        check(tilePlan(shape, { ...choices, ...blocks, vectors: 'rhs', packed: { lhs: packed, rhs: true } }));
      }
    }
  });

  test('in plans for operands that are larger than the caches', () => {
    for (const [m, n, layout] of [
      [20, 256, {}],
      [256, 20, { lhs: true, rhs: true }],
    ] as const) {
      const plan = planDot(denseDot(m, n, 600, layout));
      const [tile] = plan.steps.filter((step) => step.kind === 'tile');
      expect(tile.near).toBe(true);
      expect(plan.scratch[`${tile.vectors}Panels`]).toBeLessThan(4 * 256 * 600);
      check(plan);
    }
  });
});

test('products have the same bits in one call and in tasks in any order', () => {
  for (const layout of layouts) {
    const plan = planDot(denseDot(70, 60, 130, layout));
    assertArraysClose(runDot(plan, { shuffled: true }).out, runDot(plan).out);
  }
});

describe('products support', () => {
  test('batches in which operands are broadcast, and matrices that are not adjacent in memory', () => {
    const shape: DotShape = {
      dtype: 'float32',
      batch: [2, 3, 2],
      rows: [5],
      columns: [11],
      contract: [7],
      lhs: { batch: [90, 0, 45], free: [8], contract: [1] },
      rhs: { batch: [0, 120, 0], free: [1], contract: [13] },
      out: { batch: [600, 200, 70], m: 12, n: 1 },
    };
    check(planDot(shape));
    check(planDot(shape), { shuffled: true });
  });

  test('operands and results without a contiguous axis', () => {
    const strided: DotShape = {
      dtype: 'float32',
      batch: [3],
      rows: [6],
      columns: [10],
      contract: [9],
      lhs: { batch: [1], free: [30], contract: [3] },
      rhs: { batch: [1], free: [3], contract: [40] },
      out: { batch: [1], m: 40, n: 3 },
    };
    check(planDot(strided));
    for (const [m, n] of [
      [1, 10],
      [6, 1],
      [1, 1],
    ]) {
      check(planDot({ ...strided, rows: [m], columns: [n] }));
      check(planDot({ ...strided, rows: [m], columns: [n], lhs: { ...strided.lhs, contract: [1] } }));
      check(planDot({ ...strided, rows: [m], columns: [n], rhs: { ...strided.rhs, contract: [1] } }));
    }
  });

  test('operands that broadcast a row or an element', () => {
    const shape = denseDot(6, 9, 5);
    check(planDot({ ...shape, lhs: { batch: [], free: [0], contract: [1] } }));
    check(planDot({ ...shape, rhs: { batch: [], free: [0], contract: [1] } }));
    check(
      planDot({ ...shape, rhs: { batch: [], free: [0], contract: [0] }, lhs: { batch: [], free: [0], contract: [0] } }),
    );
  });

  test('many small products in one task', () => {
    const [m, n, k] = [3, 5, 4];
    const dense = denseDot(m, n, k);
    const batch = [7, 50];
    const strides = (size: number): number[] => [50 * size, size];
    const plan = planDot({
      ...dense,
      batch,
      lhs: { ...dense.lhs, batch: strides(m * k) },
      rhs: { ...dense.rhs, batch: strides(k * n) },
      out: { ...dense.out, batch: strides(m * n) },
    });
    expect(plan.steps[0].grid.batchesPerTask).toBeGreaterThan(1);
    check(plan);
  });

  test.each(['lhs', 'rhs'] as const)('batches of products of a matrix (%s) and a vector', (matrix) => {
    for (const k of [1, 2, 3, 15, 16, 35]) {
      const dense = denseDot(matrix === 'lhs' ? 5 : 1, matrix === 'lhs' ? 1 : 6, k, { rhs: true });
      const [rows, columns] = [sizeOf(dense.rows), sizeOf(dense.columns)];
      const elements = rows * columns;
      check(
        planDot({
          ...dense,
          batch: [9],
          lhs: { ...dense.lhs, batch: [rows * k] },
          rhs: { ...dense.rhs, batch: [columns * k] },
          out: { ...dense.out, batch: [elements] },
        }),
      );
    }
  });
});

describe('products over several axes', () => {
  const windows: Readonly<Record<string, DotShape>> = {
    'windows of channels-last images with filters': {
      dtype: 'float32',
      batch: [],
      rows: [2, 3, 5],
      columns: [10],
      contract: [3, 12],
      lhs: { batch: [], free: [140, 28, 4], contract: [28, 1] },
      rhs: { batch: [], free: [1], contract: [120, 10] },
      out: { batch: [], m: 10, n: 1 },
    },
    'images with one channel and windows with stride 2': {
      dtype: 'float32',
      batch: [],
      rows: [3, 2, 3],
      columns: [3],
      contract: [3, 3],
      lhs: { batch: [], free: [35, 14, 2], contract: [7, 1] },
      rhs: { batch: [], free: [1], contract: [9, 3] },
      out: { batch: [], m: 3, n: 1 },
    },
    'the gradient of filters': {
      dtype: 'float32',
      batch: [],
      rows: [3, 9],
      columns: [19],
      contract: [2, 3, 5],
      lhs: { batch: [], free: [21, 1], contract: [105, 21, 3] },
      rhs: { batch: [], free: [1], contract: [285, 95, 19] },
      out: { batch: [], m: 19, n: 1 },
    },
    'groups of channels with transposed filters': {
      dtype: 'float32',
      batch: [2],
      rows: [2, 4],
      columns: [2, 3],
      contract: [2, 2, 3],
      lhs: { batch: [3], free: [60, 6], contract: [30, 12, 1] },
      rhs: { batch: [1], free: [40, 2], contract: [160, 20, 6] },
      out: { batch: [6], m: 12, n: 1 },
    },
    'results that are contiguous along the rows': {
      dtype: 'float32',
      batch: [],
      rows: [3, 7],
      columns: [2, 5],
      contract: [2, 4],
      lhs: { batch: [], free: [40, 2], contract: [20, 1] },
      rhs: { batch: [], free: [8, 16], contract: [4, 1] },
      out: { batch: [], m: 1, n: 21 },
    },
  };
  const names = Object.keys(windows);

  test.each(names)('are equal to those of a plain loop: %s', (name) => {
    check(planDot(windows[name]));
    check(planDot(windows[name]), { shuffled: true });
    for (const dtype of ['int32', 'float64'] as const) check(planDot({ ...windows[name], dtype }));
  });

  test.each(names)('have the same bits with every tiling: %s', (name) => {
    const shape = windows[name];
    for (const vectors of ['lhs', 'rhs'] as const) {
      for (const packed of [true, false]) {
        for (const kBlock of [1, 3, 4, 7, 15, 100]) {
          for (const outer of ['rows', 'columns'] as const) {
            for (const blocks of [1, 100]) {
              const choices = {
                vectors,
                near: false,
                parts: 1,
                rows: 4,
                columns: 8,
                kBlock,
                outer,
                rowBlock: 4 * blocks,
              };
              // The operand that is read as vectors is always packed, because not all of these operands are contiguous
              // along their free axis.
              const both = { lhs: packed || vectors === 'lhs', rhs: packed || vectors === 'rhs' };
              check(tilePlan(shape, { ...choices, packed: both, columnBlock: 8 * blocks }));
            }
          }
        }
      }
    }
  });

  test('read vectors without packing them if several axes are contracted', () => {
    const shape = windows['the gradient of filters'];
    for (const kBlock of [1, 5, 10, 16, 30]) {
      const packed = { lhs: false, rhs: false };
      const choices = { vectors: 'rhs', packed, near: false, parts: 1, rows: 4, columns: 8, kBlock } as const;
      check(tilePlan(shape, { ...choices, outer: 'columns', rowBlock: 8, columnBlock: 16 }), { shuffled: true });
    }
  });

  test('merge axes whose strides match, and remove axes of one element', () => {
    const split: DotShape = {
      ...denseDot(1, 1, 1),
      rows: [2, 1, 6],
      columns: [5, 4],
      contract: [3, 1, 7],
      lhs: { batch: [], free: [126, 0, 21], contract: [7, 5, 1] },
      rhs: { batch: [], free: [4, 1], contract: [140, 3, 20] },
      out: { batch: [], m: 20, n: 1 },
    };
    expect(planDot(split)).toEqual(planDot(denseDot(12, 20, 21)));
  });

  test('support empty results and empty sums', () => {
    const shape = windows['the gradient of filters'];
    expect(planDot({ ...shape, rows: [3, 0] }).steps).toEqual([]);
    check(planDot({ ...shape, contract: [2, 0, 5] }));
  });
});

describe('a matrix product of', () => {
  test.each(['int32', 'uint32'] as const)('%s matrices wraps on overflow', (dtype) => {
    for (const layout of layouts) {
      for (const [m, n, k] of [
        [5, 9, 6],
        [1, 9, 6],
        [9, 1, 6],
        [1, 1, 37],
      ]) {
        check(planDot(denseDot(m, n, k, layout, dtype)));
      }
    }
  });

  test('float64 matrices adds its terms in float64', () => {
    for (const layout of layouts) check(planDot(denseDot(5, 9, 6, layout, 'float64')), { shuffled: true });
    check(planDot({ ...denseDot(5, 9, 0, {}, 'float64'), batch: [3], out: { batch: [45], m: 9, n: 1 } }));
  });
});

describe('the epilogue of a product', () => {
  const [m, n, k] = [11, 14, 21];
  const bias = randomSource(3).float32Array(n);
  const scale = randomSource(4).float32Array(m);

  /** Returns the epilogue relu(sum * scale[m] + bias[n]). */
  const affine = (): DotEpilogue => {
    let biasAddress = 0;
    let scaleAddress = 0;
    return {
      begin(f) {
        biasAddress = f.local('i32');
        scaleAddress = f.local('i32');
        f.get(0)
          .load('i32.load', 4 * dotSlots)
          .set(biasAddress);
        f.get(0)
          .load('i32.load', 4 * dotSlots + 4)
          .set(scaleAddress);
      },
      store(f, site) {
        const address = f.local('i32');
        const push = (base: number, { local, offset }: { local: number; offset: number }, along: boolean): void => {
          f.get(local).i32(4).op('i32.mul').get(base).op('i32.add');
          if (site.kind === 'scalar') f.load('f32.load', 4 * offset);
          else f.load(along ? 'v128.load' : 'v128.load32_splat', 4 * offset);
        };
        const result = f.local(site.kind === 'scalar' ? 'f32' : 'v128');
        f.get(site.value);
        push(scaleAddress, site.m, site.axis === 'm');
        f.op(site.kind === 'scalar' ? 'f32.mul' : 'f32x4.mul');
        push(biasAddress, site.n, site.axis === 'n');
        if (site.kind === 'scalar') f.op('f32.add').f32(0).op('f32.max').set(result);
        else f.op('f32x4.add').f32x4(0).op('f32x4.pmax').set(result);
        f.get(site.address.local).set(address);
        if (site.kind === 'scalar') f.get(address).get(result).store('f32.store', site.address.offset);
        else storeLanes(f, address, site.address.offset, result, site.lanes);
      },
    };
  };
  const finish: DotRunOptions['finish'] = (sum, _, i, j) =>
    Math.max(Math.fround(Math.fround(sum * scale[i]) + bias[j]), 0);

  test.each(layouts)('runs once for each finished sum, with operands transposed: %j', (layout) => {
    const epilogue = affine();
    for (const shape of [denseDot(m, n, k, layout), denseDot(m, n, 0, layout), denseDot(1, n, k, layout)]) {
      check(planDot(shape), { epilogue, finish, extra: [bias, scale] });
    }
    const strides = { batch: [], m: layout.out ? 3 : 3 * n, n: layout.out ? 3 * m : 3 };
    check(planDot({ ...denseDot(m, n, k, layout), out: strides }), { epilogue, finish, extra: [bias, scale] });
  });

  test('runs only after the last block of k', () => {
    for (const vectors of ['lhs', 'rhs'] as const) {
      const packed = { lhs: true, rhs: true };
      const choices = { vectors, packed, near: false, parts: 1, rows: 4, columns: 8, rowBlock: 8, columnBlock: 8 };
      const plan = tilePlan(denseDot(m, n, k), { ...choices, kBlock: 5, outer: 'rows' });
      check(plan, { epilogue: affine(), finish, extra: [bias, scale] });
      const parts = tilePlan(denseDot(m, n, k), { ...choices, parts: 3, kBlock: 2, outer: 'columns' });
      check(parts, { epilogue: affine(), finish, extra: [bias, scale], shuffled: true });
    }
  });

  test('receives the index along each batch axis', () => {
    const shape: DotShape = {
      ...denseDot(3, 4, 2),
      batch: [2, 5],
      lhs: { batch: [30, 6], free: [2], contract: [1] },
      rhs: { batch: [0, 0], free: [1], contract: [4] },
      out: { batch: [60, 12], m: 4, n: 1 },
    };
    const epilogue: DotEpilogue = {
      store(f, site) {
        const value = f.local('v128');
        f.get(site.batch[0])
          .i32(100)
          .op('i32.mul')
          .get(site.batch[1])
          .op('i32.add', 'f32.convert_i32_s', 'f32x4.splat');
        f.get(site.value).op('f32x4.add').set(value);
        storeLanes(f, site.address.local, site.address.offset, value, site.lanes);
      },
    };
    check(planDot(shape), { epilogue, finish: (sum, [b, c]) => Math.fround(sum + Math.fround(100 * b + c)) });
  });
});

describe('planDot', () => {
  test('packs an operand into panels if the panels are kept between runs', () => {
    const shape = denseDot(4, 128, 784);
    expect(planDot(shape).steps.map((step) => step.kind)).toEqual(['tile']);
    const kept = planDot(shape, { kept: ['rhs'] });
    expect(kept.steps.map((step) => step.kind)).toEqual(['pack', 'tile']);
    expect(kept.scratch.rhsPanels).toBe(4 * 128 * 784);
    check(kept);
  });

  test('chooses blocks so large that operands larger than the caches are not read repeatedly', () => {
    const [tile] = planDot(denseDot(9, 32, 86_528, { lhs: true })).steps.filter((step) => step.kind === 'tile');
    expect(tile).toMatchObject({ parts: 16, rowBlock: 9, columnBlock: 32 });
    const [large] = planDot(denseDot(576, 64, 15_488, { lhs: true })).steps.filter((step) => step.kind === 'tile');
    expect([large.rowBlock, large.columnBlock]).toEqual([64, 32]);
  });

  test('returns a bounded number of tasks for every shape', () => {
    for (const [m, n, k] of [
      [4, 8, 100_000],
      [8, 8, 1_000_000],
      [1, 1, 1_000_000],
      [100_000, 4, 4],
      [4096, 4096, 4096],
      [2, 3, 10_000_000],
    ]) {
      for (const layout of layouts) {
        for (const { grid } of planDot(denseDot(m, n, k, layout)).steps) {
          expect(taskCount(grid)).toBeGreaterThan(0);
          expect(taskCount(grid)).toBeLessThanOrEqual(2048);
        }
      }
    }
  });
});
