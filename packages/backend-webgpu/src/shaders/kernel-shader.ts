import type { Block, Kernel, Plan, Step } from '@manabi/compiler';
import { ShaderModule } from '../wgsl/shader-module.ts';
import { axesCode } from './axes-code.ts';
import { shaderOf } from './entry-point.ts';
import { KernelWriter } from './kernel-writer.ts';
import { lanesOfRow } from './row-sharing.ts';
import { RowWriter } from './row-writer.ts';
import type { Shader } from './shader.ts';
import { ShaderBuffers } from './shader-buffers.ts';

/** Invocations of a workgroup where each computes a row of its own. */
const THREADS = 64;

/** A kernel taken apart: parallel loops around a row, with what is defined between them. */
interface Nest {
  readonly axes: readonly number[];
  /** The statements before each loop, outermost first. */
  readonly before: readonly Block[];
  readonly row: Block;
}

/**
 * Writes the shader of a kernel. The turns of its outer parallel loops are rows; an invocation takes a row, or a workgroup
 * does if the row reduces much.
 *
 * @returns null for a kernel that has nothing to do
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

/** Follows parallel loops inwards, as long as nothing but definitions stands beside them. */
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
