import { type Emit, type FunctionBuilder, forRange } from '../../wasm/index.ts';
import { advance, setPointer, setTo } from '../addressing.ts';
import type { DotEpilogue } from '../dot/contract.ts';
import type { Division } from './division.ts';
import type { TaskCode } from './task-code.ts';
import { locateTile } from './tiles.ts';
import { toFilterGradient, toResult, transformLocals, transformTile } from './transforms.ts';

/** Writes the epilogue for the results of a block. */
export function storeResults(code: TaskCode, epilogue: DotEpilogue): void {
  const { f, division, locals, values } = code;
  const { inner, filters, rows, columns, together, factorBytes } = division;
  const { base, tileCount, tile, row, column, imageNumber, address, at, channel, inside } = locals;
  forRange(
    f,
    tile,
    0,
    (g) => g.get(tileCount),
    1,
    () => {
      locateTile(code);
      // `at` is the position of the tile's first result.
      f.get(imageNumber).i32(rows).op('i32.mul').get(row).op('i32.add').i32(columns).op('i32.mul').get(column);
      f.op('i32.add').set(at);
      f.get(row)
        .i32(rows - 1)
        .op('i32.lt_s')
        .set(inside[0]);
      f.get(column)
        .i32(columns - 1)
        .op('i32.lt_s')
        .set(inside[1]);
      setPointer(f, address, base, tile, 4 * filters);
      advance(f, address, factorBytes * inner);
      forRange(f, channel, 0, filters, 4, () => {
        values.from.flat().forEach((value, i) => {
          f.get(address)
            .load('v128.load', i * 4 * together * filters)
            .set(value);
        });
        transformTile(f, toResult, values, 4, 2);
        for (const [i, j] of [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ]) {
          const store = (): void => {
            const n = { local: channel, offset: 0 };
            const m = { local: at, offset: i * columns + j };
            const value = values.to[i][j];
            epilogue.store(f, { kind: 'vector', value, lanes: 4, axis: 'n', batch: [], m, n, address: n });
          };
          const conditions = [i === 1 && rows % 2 === 1, j === 1 && columns % 2 === 1].flatMap((odd, axis) =>
            odd ? [inside[axis]] : [],
          );
          if (conditions.length === 0) {
            store();
          } else {
            f.i32(1);
            for (const condition of conditions) f.get(condition).op('i32.and');
            f.if(store);
          }
        }
        advance(f, address, 16);
      });
    },
  );
}

/** Writes the function that adds the sums of all tasks and computes the gradients of the filters' elements. */
export function addTasks(
  g: FunctionBuilder,
  { inner, filters, tasks, taskOffset, taskBytes, factorBytes }: Division,
  scratch: Emit,
  epilogue: DotEpilogue,
): void {
  const [start, input, group, from, next, part, m] = g.locals('i32', 7);
  const values = transformLocals(g);
  setTo(g, start, scratch);
  advance(g, start, taskOffset + factorBytes * (inner + filters));
  epilogue.begin?.(g);
  forRange(
    g,
    input,
    () => g.get(1),
    () => g.get(2),
    1,
    () => {
      g.get(input).i32(9).op('i32.mul').set(m);
      // Tiles of four channels and eight filters are contiguous.
      g.get(start)
        .get(input)
        .i32(2)
        .op('i32.shr_u')
        .i32(16 * filters)
        .op('i32.mul', 'i32.add');
      g.get(input).i32(3).op('i32.and').i32(5).op('i32.shl', 'i32.add').set(from);
      forRange(g, group, 0, filters, 4, () => {
        for (const value of values.from.flat()) g.i32x4(0).set(value);
        g.get(from).set(next);
        forRange(g, part, 0, tasks, 1, () => {
          values.from.flat().forEach((value, i) => {
            g.get(value)
              .get(next)
              .load('v128.load', i * 4 * inner * filters)
              .op('f32x4.add')
              .set(value);
          });
          advance(g, next, taskBytes);
        });
        transformTile(g, toFilterGradient, values, 4, 3);
        for (let i = 0; i < 9; i++) {
          const n = { local: group, offset: 0 };
          const value = values.to[Math.floor(i / 3)][i % 3];
          const site = { axis: 'n', batch: [], m: { local: m, offset: i }, n, address: n } as const;
          epilogue.store(g, { ...site, kind: 'vector', value, lanes: 4 });
        }
        // The second half of a panel follows the first one; the next panel is 128 bytes after this one.
        g.get(from).i32(16).i32(112).get(group).i32(4).op('i32.and', 'i32.eqz', 'select', 'i32.add').set(from);
      });
    },
  );
}
