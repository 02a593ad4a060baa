import { type DotAttributes, epilogueTarget, invariantStatements, type Kernel, varyingIn } from '@manabi/compiler';
import type { AxisLocation, Emission, Region, SlotShape, ValueLocation } from '../../emit/emission.ts';
import { loadBases, newEmission } from '../../emit/kernel.ts';
import { emitBlock } from '../../emit/statements.ts';
import type { ModuleSupport } from '../../emit/support.ts';
import { extractLane, keepSplat } from '../../emit/values.ts';
import { fitsLanes, splattedIn } from '../../emit/varying.ts';
import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import type { DotEpilogue, DotOutput, DotSite } from './index.ts';

/** A product with an epilogue, a kernel that processes its sums. */
export interface Product extends DotAttributes {
  readonly epilogue: Kernel;
}

/**
 * Array to which an epilogue stores one value per sum: its slot, offset and strides. It is the target of the first
 * store whose address is affine in all axes.
 */
export interface DotTarget {
  readonly slot: number;
  readonly offset: number;
  readonly strides: DotOutput;
}

/** Returns the array to which an epilogue stores, with its strides; undefined if the address of no store is affine. */
export function dotTarget({ epilogue, batch }: Product): DotTarget | undefined {
  const target = epilogueTarget(epilogue, batch.length + 2);
  if (target === undefined) return undefined;
  const { slot, offset, strides } = target;
  const [m, n] = strides.slice(-2);
  return { slot, offset, strides: { batch: strides.slice(0, -2), m, n } };
}

/** Returns functions that write the code of an epilogue for finished sums. */
export function dotEpilogue(
  support: ModuleSupport,
  dot: Pick<Product, 'dtype' | 'batch' | 'epilogue'>,
  slots: readonly SlotShape[],
): DotEpilogue {
  const kernel = dot.epilogue;
  const rank = dot.batch.length;
  const common = invariantStatements(kernel);
  const rest = kernel.body.filter((statement) => !common.includes(statement));
  const inVectors = { m: regionAlong(kernel, rank), n: regionAlong(kernel, rank + 1) };
  let bases: ReadonlyMap<number, LocalId> = new Map();
  let known: Pick<Emission, 'values' | 'splats'> = { values: [], splats: new Map() };

  const begin = (f: FunctionBuilder, parts: Partial<Pick<Emission, 'axes' | 'region' | 'result'>>): Emission =>
    newEmission({ f, kernel, slots, support, table: 0, choices: new Map(), bases, ...parts });
  const write = (
    f: FunctionBuilder,
    site: DotSite,
    lane: number,
    region: Region | null,
    result: ValueLocation,
  ): void => {
    const location = ({ local, offset }: DotSite['m'], axis: 'm' | 'n'): AxisLocation => ({
      kind: 'given',
      local,
      offset: offset + (site.axis === axis ? lane : 0),
    });
    const axes: AxisLocation[] = site.batch.map((local) => ({ kind: 'given', local, offset: 0 }));
    axes.push(location(site.m, 'm'), location(site.n, 'n'));
    const e = begin(f, { axes, region, result });
    e.values.push(...known.values);
    for (const [scalar, local] of known.splats) e.splats.set(scalar, local);
    emitBlock(e, rest);
  };

  return {
    begin(f) {
      bases = loadBases(f, 0, kernel);
      const e = begin(f, {});
      emitBlock(e, common);
      for (const { splatted } of Object.values(inVectors).filter((region) => region !== undefined)) {
        for (const scalar of splatted) {
          if (e.values[scalar] !== undefined && !e.splats.has(scalar)) keepSplat(e, scalar);
        }
      }
      known = e;
    },
    store(f, site) {
      const { kind, value, lanes, axis } = site;
      const region = inVectors[axis];
      if (kind === 'scalar') {
        write(f, site, 0, null, { kind: 'scalar', local: value });
      } else if (region !== undefined) {
        write(f, site, 0, { ...region, lanes }, { kind: 'vectors', locals: [value] });
      } else {
        const single = f.local(dot.dtype === 'float32' ? 'f32' : 'i32');
        for (let lane = 0; lane < lanes; lane++) {
          extractLane(f.get(value), dot.dtype, lane).set(single);
          write(f, site, lane, null, { kind: 'scalar', local: single });
        }
      }
    },
  };
}

/** Returns how an epilogue runs on vectors along an axis; undefined if the epilogue has elements wider than a lane. */
function regionAlong(kernel: Kernel, axis: number): Region | undefined {
  const varying = varyingIn(kernel.body, [axis]);
  if (!fitsLanes(kernel, kernel.body, varying)) return undefined;
  const splatted = splattedIn(kernel.body, varying);
  return { axis, acrossAxis: null, instances: [{ along: 0, across: 0 }], lanes: 4, varying, splatted };
}
