import type { Dot } from '@manabi/compiler';
import type { DotEpilogue, DotOutput, DotSite } from '../routines/dot.ts';
import type { FunctionBuilder, LocalId } from '../wasm/index.ts';
import { axisFactor } from './address.ts';
import type { AxisPlace, Region, SlotShape, ValuePlace } from './emission.ts';
import { loadBases, newEmission } from './kernel.ts';
import { emitBlock } from './statements.ts';
import type { ModuleSupport } from './support.ts';
import { extractLane, keepSplat } from './values.ts';
import { varyingIn } from './varying.ts';
import { splattedIn } from './vector-choice.ts';
import { definitionsOf, forEachStatement } from './walk.ts';

/** Where the sums of a product go, as far as that is one strided array: the first store that is affine in all axes. */
export interface DotTarget {
  readonly slot: number;
  readonly offset: number;
  readonly strides: DotOutput;
}

/** The strided array that an epilogue stores into; undefined if its places are no such thing. */
export function dotTarget(dot: Dot): DotTarget | undefined {
  const axes = [...dot.batch, dot.m, dot.n];
  let target: DotTarget | undefined;
  forEachStatement(dot.epilogue.body, (statement) => {
    if (target !== undefined || statement.kind !== 'store') return;
    const { slot, index } = statement;
    const affine = index.terms.every(({ atom, factor }) => atom.kind === 'axis' && factor > 0);
    if (!affine || index.constant < 0) return;
    const strides = axes.map((_, axis) => axisFactor(index, axis));
    const [m, n] = strides.slice(-2);
    target = { slot, offset: index.constant, strides: { batch: strides.slice(0, -2), m, n } };
  });
  return target;
}

/** True if an epilogue does no more than to store the sums into its target. */
export function isPlainStore({ epilogue }: Dot): boolean {
  const [define, store, ...others] = epilogue.body;
  return (
    others.length === 0 &&
    define?.kind === 'define' &&
    define.instruction.kind === 'result' &&
    store?.kind === 'store' &&
    store.value === define.scalar &&
    store.combine === 'set'
  );
}

/** What becomes of the sums of a product: its epilogue, written at every place where sums are finished. */
export function dotEpilogue(support: ModuleSupport, dot: Dot, slots: readonly SlotShape[]): DotEpilogue {
  const kernel = dot.epilogue;
  const rank = dot.batch.length;
  const definitions = definitionsOf(kernel.body);
  let bases: ReadonlyMap<number, LocalId> = new Map();

  const write = (f: FunctionBuilder, site: DotSite, lane: number, region: Region | null, result: ValuePlace): void => {
    const place = ({ local, offset }: DotSite['m'], axis: 'm' | 'n'): AxisPlace => ({
      kind: 'given',
      local,
      offset: offset + (site.axis === axis ? lane : 0),
    });
    const axes: AxisPlace[] = site.batch.map((local) => ({ kind: 'given', local, offset: 0 }));
    axes.push(place(site.m, 'm'), place(site.n, 'n'));
    const e = newEmission({ f, kernel, slots, support, table: 0, choices: new Map(), bases, axes, region, result });
    for (const scalar of region?.splatted ?? []) {
      const definition = definitions.get(scalar);
      if (definition?.kind !== 'constant') continue;
      e.values[scalar] = { kind: 'constant', value: definition.value };
      keepSplat(e, scalar);
    }
    emitBlock(e, kernel.body);
  };

  return {
    begin(f) {
      bases = loadBases(f, 0, kernel);
    },
    store(f, site) {
      const { kind, value, lanes, axis } = site;
      if (kind === 'scalar') {
        write(f, site, 0, null, { kind: 'scalar', local: value });
        return;
      }
      const along = axis === 'm' ? rank : rank + 1;
      const varying = varyingIn(kernel.body, [along]);
      if ([...varying.scalars].every((scalar) => kernel.scalars[scalar] !== 'float64')) {
        const instances = [{ along: 0, across: 0 }];
        const splatted = splattedIn(kernel.body, varying);
        const region = { axis: along, acrossAxis: null, instances, lanes, varying, splatted };
        write(f, site, 0, region, { kind: 'vectors', locals: [value] });
        return;
      }
      const single = f.local(dot.dtype === 'float32' ? 'f32' : 'i32');
      for (let lane = 0; lane < lanes; lane++) {
        extractLane(f.get(value), dot.dtype, lane).set(single);
        write(f, site, lane, null, { kind: 'scalar', local: single });
      }
    },
  };
}
