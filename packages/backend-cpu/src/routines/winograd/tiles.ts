import { forRange, type LocalId } from '../../wasm/index.ts';
import { advance, pushLanes, setPointer } from '../addressing.ts';
import type { TaskCode } from './task-code.ts';
import { type Transform, transformTile } from './transforms.ts';

/** An array from which tiles are read: the image, or the gradient of the result. */
export interface Source {
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

/** Strides in bytes of the factors of a block: along positions, tiles, and from vector `i` of channels to the next one. */
export interface FactorLayout {
  readonly position: number;
  readonly tile: number;
  readonly vector: (i: number) => number;
}

/** Writes code that sets image, row and column of tile `first` + `tile`. */
export function locateTile({ f, division, locals }: TaskCode): void {
  const { tileRows, tileColumns } = division;
  const { first, tile, index, row, column, imageNumber } = locals;
  f.get(first).get(tile).op('i32.add').set(index);
  f.get(index).i32(tileColumns).op('i32.rem_u').i32(1).op('i32.shl').set(column);
  f.get(index).i32(tileColumns).op('i32.div_u').tee(index).i32(tileRows).op('i32.rem_u').i32(1).op('i32.shl').set(row);
  f.get(index).i32(tileRows).op('i32.div_u').set(imageNumber);
}

/** Writes code that transforms all tiles of a block. Elements outside of the source are zeros. */
export function transformTiles(
  code: TaskCode,
  { base: from, strides, channels: depth, lengths: [height, width], first: [top, left], size }: Source,
  transform: Transform,
  target: number,
  layout: FactorLayout,
): void {
  const { f, values, locals } = code;
  const { zero, base, tileCount, tile, row, column, imageNumber, offset, address, to, at, channel } = locals;
  const { pointers, inside } = locals;
  forRange(
    f,
    tile,
    0,
    (g) => g.get(tileCount),
    1,
    () => {
      locateTile(code);
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
              pushLanes(f, address, 0, strides[1] / 4, 4).set(values.from[i][j]);
            }
          }
          transformTile(f, transform, values, size);
          values.to.flat().forEach((value, i) => {
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
