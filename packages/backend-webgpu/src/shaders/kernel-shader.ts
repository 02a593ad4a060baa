import type { Block, Kernel, Plan, Step } from '@manabi/compiler';
import type { Tuning } from '../device/tuning.ts';
import { ShaderModule } from '../wgsl/shader-module.ts';
import { axesCode } from './axes-code.ts';
import { entryPerItem, itemsOf, THREADS } from './entry-per-item.ts';
import { shaderOf } from './entry-point.ts';
import { KernelWriter } from './kernel-writer.ts';
import { lanesOfRow, readsAlongRows } from './row-sharing.ts';
import { RowWriter } from './row-writer.ts';
import type { Shader } from './shader.ts';
import { ShaderBuffers } from './shader-buffers.ts';
import { chooseWideAxis, WIDTH, wideLoopsOf } from './wide-axis.ts';
import type { Windows } from './windows/divide.ts';
import { axisRanges, type Range } from './windows/range.ts';
import { blockRanges, type SlotRange } from './windows/reach.ts';
import { type Bindable, type ReachingShader, withWindows } from './windows/with-windows.ts';

/** Largest number of workgroups without shared rows for drivers that run shaders on the CPU: several for each core. */
const MOST_GROUPS_IN_SOFTWARE = 128;

type KernelStep = Extract<Step, { kind: 'kernel' }>;

/** A kernel split into its outer parallel loops and the body of the innermost one, called a row. */
interface Nest {
  readonly axes: readonly number[];
  /** Definitions before each of these loops, outermost first. */
  readonly before: readonly Block[];
  readonly row: Block;
}

/**
 * Returns the shader of a kernel. Each iteration of the outer parallel loops (a row) is computed by one invocation, or
 * by a workgroup if it contains a long reduction (see `lanesOfRow`). An invocation may also compute four consecutive
 * rows (see `WideAxis`).
 *
 * @returns null if the kernel has no iterations
 * @throws ManabiError `memory` for a buffer larger than a binding that cannot be accessed through windows
 */
export function kernelShader(plan: Plan, step: KernelStep, tuning: Tuning, bindable: Bindable): Shader | null {
  const { axes } = step.kernel;
  const nest = nestOf(step.kernel);
  const rows = nest.axes.reduce((product, axis) => product * axes[axis].extent, 1);
  if (rows === 0) return null;
  return withWindows(plan, step, bindable, (windows) =>
    nestShader(plan, step, nest, rows, tuning, bindable.subgroups, windows),
  );
}

function nestShader(
  plan: Plan,
  step: KernelStep,
  nest: Nest,
  rows: number,
  tuning: Tuning,
  subgroups: boolean,
  windows: Windows | null,
): ReachingShader {
  const { kernel } = step;
  const module = new ShaderModule();
  const buffers = new ShaderBuffers(plan, step, module, windows);
  const inner = nest.axes.at(-1) ?? null;
  const lanes = lanesOfRow(kernel, nest.row, { rows, inner, tuning });
  const shared = lanes > 1;
  const isWideRow = !shared && inner !== null && !readsAlongRows(kernel, nest.row, inner);
  const wide = isWideRow ? chooseWideAxis(kernel, nest.row, inner, rows, buffers, tuning) : null;
  const wideLoops = shared || wide !== null ? undefined : wideLoopsOf(kernel, nest.row, buffers);
  const unrolls = tuning === 'software';
  const writer = new KernelWriter(kernel, buffers, (slot) => plan.slots[slot].dtype, { wide, wideLoops, unrolls });
  const named = nest.axes.map((axis) => ({
    name: `a${axis}`,
    extent: kernel.axes[axis].extent / (axis === wide?.axis ? WIDTH : 1),
    scale: axis === wide?.axis ? WIDTH : 1,
  }));
  /** Returns what a range of iterations of the outer loops accesses. */
  const rangesOf = (positions: Range): readonly SlotRange[] => {
    const ranges = axisRanges(
      positions,
      named.map(({ extent }) => extent),
    );
    const axes = nest.axes.map((axis, i): [number, Range] => {
      const { low, high } = ranges[i];
      const { scale } = named[i];
      return [axis, { low: low * scale, high: high * scale + scale - 1 }];
    });
    return blockRanges(kernel, kernel.body, new Map(axes));
  };
  const before = nest.before.flatMap((block) => writer.block(block));
  if (shared) {
    const rowWriter = new RowWriter(writer, lanes, subgroups);
    const body = [...axesCode('group', named), ...before, ...rowWriter.row(nest.row, nest.before.flat())];
    const { declarations: declared, usesSubgroups } = rowWriter;
    const entry = { name: kernel.name, lanes, groups: rows, body, shared: declared, subgroups: usesSubgroups };
    return { shader: shaderOf(module, buffers, entry), rangesOf };
  }
  const count = rows / (wide === null ? 1 : WIDTH);
  const statements = [...axesCode('row', named), ...before, ...writer.block(nest.row)];
  // Starting a workgroup is slow in software, so few workgroups compute all rows in turn.
  const most = MOST_GROUPS_IN_SOFTWARE * THREADS;
  if (tuning === 'hardware' || count <= most || windows !== null) {
    const entry = entryPerItem(kernel.name, count, 'row', statements);
    return { shader: shaderOf(module, buffers, entry), rangesOf: (groups) => rangesOf(itemsOf(groups, count)) };
  }
  const first = `group * ${THREADS}u + lane`;
  const entry = {
    name: kernel.name,
    lanes: THREADS,
    groups: MOST_GROUPS_IN_SOFTWARE,
    body: [`for (var row = ${first}; row < ${count}u; row += ${most}u) {`, ...statements, '}'],
  };
  return { shader: shaderOf(module, buffers, entry), rangesOf: () => rangesOf({ low: 0, high: count - 1 }) };
}

/** Splits off the outer parallel loops of a kernel, as long as only definitions stand beside the next loop. */
function nestOf({ axes, body }: Kernel): Nest {
  const outer: number[] = [];
  const before: Block[] = [];
  let row = body;
  for (;;) {
    const last = row.at(-1);
    const others = row.slice(0, -1);
    const isNest =
      last?.kind === 'loop' && axes[last.axis].kind === 'parallel' && others.every(({ kind }) => kind === 'define');
    if (!isNest) return { axes: outer, before, row };
    outer.push(last.axis);
    before.push(others);
    row = last.body;
  }
}
