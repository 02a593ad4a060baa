import type { Block, Kernel, Plan, Step } from '@manabi/compiler';
import { ShaderModule } from '../wgsl/shader-module.ts';
import { axesCode } from './axes-code.ts';
import { shaderOf } from './entry-point.ts';
import { KernelWriter } from './kernel-writer.ts';
import { lanesOfRow } from './row-sharing.ts';
import { RowWriter } from './row-writer.ts';
import type { Shader } from './shader.ts';
import { ShaderBuffers } from './shader-buffers.ts';

/** Number of invocations in a workgroup in which each invocation computes one row. */
const THREADS = 64;

/** A kernel split into its outer parallel loops and the body of the innermost one, called a row. */
interface Nest {
  readonly axes: readonly number[];
  /** Definitions before each of these loops, outermost first. */
  readonly before: readonly Block[];
  readonly row: Block;
}

/**
 * Returns the shader of a kernel. Each iteration of the outer parallel loops (a row) is computed by one invocation, or
 * by a workgroup if it contains a long reduction.
 *
 * @returns null if the kernel has no iterations
 */
export function kernelShader(plan: Plan, step: Extract<Step, { kind: 'kernel' }>): Shader | null {
  const { kernel } = step;
  const nest = nestOf(kernel);
  const rows = nest.axes.reduce((product, axis) => product * kernel.axes[axis].extent, 1);
  if (rows === 0) return null;
  const module = new ShaderModule();
  const buffers = new ShaderBuffers(plan, step, module);
  const writer = new KernelWriter(kernel, buffers, (slot) => plan.slots[slot].dtype);
  const lanes = lanesOfRow(kernel, nest.row);
  const named = nest.axes.map((axis) => ({ name: `a${axis}`, extent: kernel.axes[axis].extent }));
  const isShared = lanes > 1;
  const rowWriter = new RowWriter(writer, lanes);
  const statements = [
    ...nest.before.flatMap((block) => writer.block(block)),
    ...(isShared ? rowWriter.row(nest.row) : writer.block(nest.row)),
  ];
  const place = isShared
    ? axesCode('group', named)
    : [`let row = group * ${THREADS}u + lane;`, `if (row >= ${rows}u) { return; }`, ...axesCode('row', named)];
  return shaderOf(module, buffers, {
    name: kernel.name,
    lanes: isShared ? lanes : THREADS,
    groups: isShared ? rows : Math.ceil(rows / THREADS),
    body: [...place, ...statements],
    shared: rowWriter.declarations,
  });
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
