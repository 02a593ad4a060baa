import type { ConvolutionAttributes, RoutineStep } from '@manabi/compiler';
import { slotAddress } from '../../runtime/slot-address.ts';
import { scratchSlot } from '../../runtime/table.ts';
import { forRange, type LocalId } from '../../wasm/index.ts';
import { advance, pushLanes, setPointer, setTo } from '../depthwise/loops.ts';
import { dotElements } from '../dot/element.ts';
import { dotEpilogue } from '../dot/epilogue.ts';
import { emitProducts, tileLocals } from '../dot/tile.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';
import {
  ofFilter,
  ofGradient,
  ofImage,
  toFilterGradient,
  toResult,
  transformLocals,
  transformTile,
} from './transforms.ts';

/** Number of bytes of factors that are computed and multiplied together: they stay in the L2 cache. */
const NEAR_BYTES = 2 ** 20;

/** Largest number of tasks, each of which has factors of its own in memory. */
const MOST_TASKS = 16;

/** Largest number of bytes for the sums of all tasks that compute the gradient of filters. */
const MOST_BYTES = 2 ** 26;

/** Fewest tiles of a task with sums of its own, so that adding these takes little of the time. */
const TILES_PER_SUM = 100;

/** Number of vectors of a tile. */
const POSITIONS = 16;

/** An array from which tiles are read: the image, or the gradient of the result. */
interface Source {
  readonly base: LocalId;
  /** Strides in bytes: along images, channels, rows and columns. */
  readonly strides: readonly number[];
  readonly channels: number;
  readonly lengths: readonly number[];
  /** Index along each spatial axis of the first element of tile 0. */
  readonly first: readonly number[];
  /** Number of rows and columns of a tile. */
  readonly size: number;
}

/** Writes the functions of a convolution in tiles of 2x2 results, and returns the scratch memory that they need. */
export function emitWinograd(
  { attributes, operands, epilogue: kernelOfEpilogue }: RoutineStep<ConvolutionAttributes>,
  { support, plan, name, begin }: RoutineEmission,
): ScratchBytes {
  if (kernelOfEpilogue === null) throw new Error('The epilogue of the convolution is missing.');
  const { count, channels, filters, lengths, kernel, results, padding, image, weights } = attributes;
  const isGradient = kernel.some((length) => length !== 3);
  const [imageCount, , imageChannel, ...imageSteps] = image.strides.map((stride) => 4 * stride);
  const [, weightFilter, weightChannel, ...weightSteps] = weights.strides.map((stride) => 4 * stride);
  // In the gradient of filters, the products are summed over images, and the channels of the image are results.
  const [images, inner] = isGradient ? [channels, count] : [count, channels];
  const [rows, columns] = isGradient ? kernel : results;
  const [tileRows, tileColumns] = [rows, columns].map((length) => Math.ceil(length / 2));
  const tiles = images * tileRows * tileColumns;
  const sumBytes = 4 * POSITIONS * inner * filters;
  const mostTasks = isGradient
    ? Math.max(1, Math.min(MOST_TASKS, Math.floor(MOST_BYTES / sumBytes), Math.ceil(tiles / TILES_PER_SUM)))
    : MOST_TASKS;
  // With few tiles in a block, filters and sums in memory would be read too often.
  const near = Math.max(64, Math.floor(NEAR_BYTES / (4 * POSITIONS * (inner + filters))));
  const together = 4 * Math.ceil(Math.min(near, tiles, Math.max(isGradient ? 64 : 16, tiles / mostTasks)) / 4);
  const blocks = Math.ceil(tiles / together);
  const factorBytes = 4 * POSITIONS * together;
  const taskBytes = factorBytes * (inner + filters) + (isGradient ? sumBytes : 0);
  const blocksPerTask = Math.ceil(blocks / Math.min(blocks, mostTasks));
  const tasks = Math.ceil(blocks / blocksPerTask);
  const innerStep = isGradient ? imageCount : imageChannel;
  const zeroBytes = 64 * Math.ceil((4 + Math.max(innerStep * inner, isGradient ? weightFilter * filters : 0)) / 64);
  const taskOffset = zeroBytes + (isGradient ? 0 : sumBytes);
  const epilogue = dotEpilogue(support, { dtype: 'float32', batch: [], epilogue: kernelOfEpilogue }, plan.slots);
  const element = dotElements.float32;
  const scratch = slotAddress(scratchSlot(plan), 0);
  if (!isGradient) transformFilters();

  const f = begin(name, tasks, false);
  const [imageBase, weightBase, zero, task, base, block, end, first, tileCount] = f.locals('i32', 9);
  const [tile, index, row, column, imageNumber, offset, address, to, at] = f.locals('i32', 9);
  const [position, panel, start, source, factors, sums, channel] = f.locals('i32', 7);
  const pointers = Array.from({ length: 4 }, () => f.locals('i32', 4));
  const inside = f.locals('i32', 4);
  const tileValues = transformLocals(f);
  const products = tileLocals(f, 4, 2, 1);
  setTo(f, imageBase, slotAddress(operands[0], image.offset * 4));
  setTo(f, weightBase, slotAddress(operands[1], weights.offset * 4));
  setTo(f, zero, scratch);
  f.get(zero).i32(0).i32(zeroBytes).fill();
  if (!isGradient) epilogue.begin?.(f);

  const imageSource: Source = {
    base: imageBase,
    strides: [isGradient ? imageChannel : imageCount, innerStep, ...imageSteps],
    channels: inner,
    lengths,
    first: padding.map(([before]) => -before),
    size: 4,
  };
  forRange(
    f,
    task,
    (g) => g.get(1),
    (g) => g.get(2),
    1,
    () => {
      setPointer(f, base, zero, task, taskBytes);
      advance(f, base, taskOffset);
      if (isGradient)
        f.get(base)
          .i32(factorBytes * (inner + filters))
          .op('i32.add')
          .i32(0)
          .i32(sumBytes)
          .fill();
      f.get(task).i32(blocksPerTask).op('i32.mul').tee(block).i32(blocksPerTask).op('i32.add').set(end);
      f.get(end).i32(blocks).get(end).i32(blocks).op('i32.lt_s', 'select').set(end);
      forRange(
        f,
        block,
        (g) => g.get(block),
        (g) => g.get(end),
        1,
        () => {
          f.get(block).i32(together).op('i32.mul').tee(first).i32(tiles).op('i32.sub').set(tileCount);
          f.i32(0).get(tileCount).op('i32.sub').tee(tileCount).i32(together).get(tileCount).i32(together);
          f.op('i32.lt_s', 'select').set(tileCount);
          if (isGradient) {
            transformTiles(imageSource, ofImage, 0, {
              position: 4 * together * inner,
              tile: 16,
              vector: () => 16 * together,
            });
            const gradient: Source = {
              base: weightBase,
              strides: [weightChannel, weightFilter, ...weightSteps],
              channels: filters,
              lengths: kernel,
              first: [0, 0],
              size: 2,
            };
            const layout = {
              position: 4 * together * filters,
              tile: 32,
              vector: (i: number) => (i % 2 === 0 ? 16 : 32 * together - 16),
            };
            transformTiles(gradient, ofGradient, factorBytes * inner, layout);
            addProducts();
          } else {
            transformTiles(imageSource, ofImage, 0, {
              position: 4 * together * inner,
              tile: 4 * inner,
              vector: () => 16,
            });
            multiply();
            storeResults();
          }
        },
      );
    },
  );
  if (isGradient) addTasks();
  return { passing: taskOffset + tasks * taskBytes, kept: 0 };

  /** Writes the function that transforms the filters to panels of eight filters. */
  function transformFilters(): void {
    const g = begin(`${name} filters`, channels / 4, false);
    const [from, target, input, w, write, groups] = g.locals('i32', 6);
    const values = transformLocals(g);
    setTo(g, from, slotAddress(operands[1], weights.offset * 4));
    setTo(g, target, scratch);
    advance(g, target, zeroBytes);
    forRange(
      g,
      input,
      () => g.get(1).i32(4).op('i32.mul'),
      () => g.get(2).i32(4).op('i32.mul'),
      1,
      () => {
        setPointer(g, w, from, input, weightChannel);
        setPointer(g, write, target, input, 32);
        forRange(g, groups, 0, filters, 8, () => {
          for (const part of [0, 16]) {
            for (let i = 0; i < 9; i++) {
              const step = Math.floor(i / 3) * weightSteps[0] + (i % 3) * weightSteps[1];
              pushLanes(g, w, step, weightFilter / 4, 4).set(values.from[Math.floor(i / 3)][i % 3]);
            }
            transformTile(g, ofFilter, values, 3);
            values.to.flat().forEach((value, i) => {
              g.get(write)
                .get(value)
                .store('v128.store', i * 4 * channels * filters + part);
            });
            advance(g, w, 4 * weightFilter);
          }
          advance(g, write, 32 * channels);
        });
      },
    );
  }

  /** Writes code that sets image, row and column of tile `first` + `tile`. */
  function locateTile(): void {
    f.get(first).get(tile).op('i32.add').set(index);
    f.get(index).i32(tileColumns).op('i32.rem_u').i32(1).op('i32.shl').set(column);
    f.get(index)
      .i32(tileColumns)
      .op('i32.div_u')
      .tee(index)
      .i32(tileRows)
      .op('i32.rem_u')
      .i32(1)
      .op('i32.shl')
      .set(row);
    f.get(index).i32(tileRows).op('i32.div_u').set(imageNumber);
  }

  /** Writes code that transforms all tiles of a block. Elements outside of the source are zeros. */
  function transformTiles(
    { base: from, strides, channels: depth, lengths: [height, width], first: [top, left], size }: Source,
    transform: typeof ofImage,
    target: number,
    layout: { readonly position: number; readonly tile: number; readonly vector: (i: number) => number },
  ): void {
    forRange(
      f,
      tile,
      0,
      (g) => g.get(tileCount),
      1,
      () => {
        locateTile();
        for (let j = 0; j < size; j++) {
          f.get(column)
            .i32(left + j)
            .op('i32.add')
            .i32(width)
            .op('i32.lt_u')
            .set(inside[j]);
        }
        for (let i = 0; i < size; i++) {
          f.get(row)
            .i32(top + i)
            .op('i32.add')
            .set(at);
          f.get(from).get(imageNumber).i32(strides[0]).op('i32.mul', 'i32.add').set(address);
          setPointer(f, address, address, at, strides[2]);
          for (let j = 0; j < size; j++) {
            f.get(column)
              .i32(left + j)
              .op('i32.add')
              .i32(strides[3])
              .op('i32.mul')
              .get(address)
              .op('i32.add')
              .get(zero);
            f.get(at).i32(height).op('i32.lt_u').get(inside[j]).op('i32.and', 'select').set(pointers[i][j]);
          }
        }
        setPointer(f, to, base, tile, layout.tile);
        advance(f, to, target);
        f.i32(0).set(offset);
        // Two vectors per iteration, because panels of filters have two.
        const parts = size === 2 ? 2 : 1;
        forRange(f, channel, 0, depth, 4 * parts, () => {
          for (let part = 0; part < parts; part++) {
            for (let i = 0; i < size; i++) {
              for (let j = 0; j < size; j++) {
                f.get(pointers[i][j]).get(offset).op('i32.add').set(address);
                pushLanes(f, address, 0, strides[1] / 4, 4).set(tileValues.from[i][j]);
              }
            }
            transformTile(f, transform, tileValues, size);
            tileValues.to.flat().forEach((value, i) => {
              f.get(to)
                .get(value)
                .store('v128.store', i * layout.position);
            });
            advance(f, to, layout.vector(part));
            advance(f, offset, 4 * strides[1]);
          }
        });
      },
    );
  }

  /** Writes the products of the forward pass: for each position, tiles times filters. */
  function multiply(): void {
    f.get(zero).i32(zeroBytes).op('i32.add').set(start);
    forRange(f, position, 0, POSITIONS, 1, () => {
      forRange(f, panel, 0, filters / 8, 1, () => {
        setPointer(f, source, base, position, 4 * together * inner);
        setPointer(f, sums, base, position, 4 * together * filters);
        setPointer(f, sums, sums, panel, 32);
        advance(f, sums, factorBytes * inner);
        forRange(
          f,
          tile,
          0,
          (g) => g.get(tileCount),
          4,
          () => {
            f.get(start).set(factors);
            for (const value of products.sums) f.i32x4(0).set(value);
            const splats = { pointers: [source], lane: 4 * inner, steps: [4] };
            emitProducts(f, element, 4, 2, products, splats, { pointers: [factors], lane: 0, steps: [32] }, [inner]);
            products.sums.forEach((value, i) => {
              f.get(sums)
                .get(value)
                .store('v128.store', Math.floor(i / 2) * 4 * filters + (i % 2) * 16);
            });
            advance(f, source, 12 * inner);
            advance(f, sums, 16 * filters);
          },
        );
        advance(f, start, 32 * inner);
      });
    });
  }

  /** Writes the epilogue for the results of a block. */
  function storeResults(): void {
    forRange(
      f,
      tile,
      0,
      (g) => g.get(tileCount),
      1,
      () => {
        locateTile();
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
          tileValues.from.flat().forEach((value, i) => {
            f.get(address)
              .load('v128.load', i * 4 * together * filters)
              .set(value);
          });
          transformTile(f, toResult, tileValues, 4, 2);
          for (const [i, j] of [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ]) {
            const store = (): void => {
              const n = { local: channel, offset: 0 };
              const m = { local: at, offset: i * columns + j };
              const value = tileValues.to[i][j];
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

  /** Writes the products of the gradient: for each position, the sum over tiles of channels times filters. */
  function addProducts(): void {
    f.get(base).set(start);
    f.get(base)
      .i32(factorBytes * (inner + filters))
      .op('i32.add')
      .set(sums);
    forRange(f, position, 0, POSITIONS, 1, () => {
      forRange(f, index, 0, inner / 4, 1, () => {
        setPointer(f, address, base, position, 4 * together * filters);
        advance(f, address, factorBytes * inner);
        forRange(f, panel, 0, filters / 8, 1, () => {
          f.get(start).set(source);
          f.get(address).set(factors);
          for (const [i, value] of products.sums.entries()) {
            f.get(sums)
              .load('v128.load', 16 * i)
              .set(value);
          }
          const splats = { pointers: [source], lane: 4, steps: [16] };
          const iterations = [{ local: tileCount }];
          emitProducts(f, element, 4, 2, products, splats, { pointers: [factors], lane: 0, steps: [32] }, iterations);
          for (const [i, value] of products.sums.entries()) {
            f.get(sums)
              .get(value)
              .store('v128.store', 16 * i);
          }
          advance(f, sums, 128);
          advance(f, address, 32 * together);
        });
        advance(f, start, 16 * together);
      });
    });
  }

  /** Writes the function that adds the sums of all tasks and computes the gradients of the filters' elements. */
  function addTasks(): void {
    const g = begin(`${name} sums`, inner, false);
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
}
