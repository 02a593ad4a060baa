import { forRange } from '../../wasm/index.ts';
import { advance, setPointer } from '../addressing.ts';
import { dotElements } from '../dot/element.ts';
import { emitProducts } from '../dot/tile.ts';
import { POSITIONS } from './division.ts';
import type { TaskCode } from './task-code.ts';

const element = dotElements.float32;

/** Writes the products of the forward pass: for each position, tiles times filters. */
export function multiply({ f, division, locals, products }: TaskCode): void {
  const { inner, filters, together, factorBytes, zeroBytes } = division;
  const { zero, base, tileCount, tile, position, panel, start, source, factors, sums } = locals;
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

/** Writes the products of the gradient: for each position, the sum over tiles of channels times filters. */
export function addProducts({ f, division, locals, products }: TaskCode): void {
  const { inner, filters, together, factorBytes } = division;
  const { base, tileCount, index, address, position, panel, start, source, factors, sums } = locals;
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
