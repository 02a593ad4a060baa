import type { DotAttributes, DotOperand, Plan, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import { ShaderModule } from '../wgsl/shader-module.ts';
import { valueType } from '../wgsl/types.ts';
import { axesCode } from './axes-code.ts';
import { type DotTile, dotTile } from './dot-tile.ts';
import { type EntryPoint, shaderOf } from './entry-point.ts';
import { KernelWriter } from './kernel-writer.ts';
import type { Shader } from './shader.ts';
import { ShaderBuffers } from './shader-buffers.ts';

/** A matrix product with the code that all of its shaders share; see `DotTile` for the kinds. */
interface Product {
  readonly step: RoutineStep<DotAttributes>;
  readonly buffers: ShaderBuffers;
  readonly type: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batches: number;
  /** Returns the call of the epilogue with the sum for `row` and `column`, which are u32 expressions. */
  readonly finish: (row: string, column: string, value: string) => string;
  /** Returns the expression `sum + x * y`. */
  readonly add: (sum: string, x: string, y: string) => string;
}

/** Returns the shader of matrix products with their epilogue; null if the result is empty. */
export function dotShader(plan: Plan, step: RoutineStep<DotAttributes>): Shader | null {
  const { attributes } = step;
  const [batches, m, n, k] = [attributes.batch, attributes.rows, attributes.columns, attributes.contract].map(sizeOf);
  if (batches * m * n === 0) return null;
  const module = new ShaderModule();
  const buffers = new ShaderBuffers(plan, step, module);
  const product: Product = {
    ...{ step, buffers, m, n, k, batches },
    type: valueType(attributes.dtype),
    finish: finishCall(plan, step, buffers),
    add: (sum, x, y) => `${sum} + ${x} * ${y}`,
  };
  return shaderOf(module, buffers, entryOf(product, dotTile(attributes)));
}

function entryOf(product: Product, tile: DotTile): EntryPoint {
  switch (tile.kind) {
    case 'plain':
      return plainEntry(product);
    case 'lanes':
      return lanesEntry(product, tile.lanes);
    case 'tile':
      return tileEntry(product, tile);
  }
}

/** Declares the epilogue as a function of the axes [batch..., row, column] and a sum; returns code for calls of it. */
function finishCall(plan: Plan, step: RoutineStep<DotAttributes>, buffers: ShaderBuffers): Product['finish'] {
  const { epilogue, attributes } = step;
  if (epilogue === null) throw new Error('A product without an epilogue stores nothing.');
  const { dtype, batch } = attributes;
  const axes = [...batch.map((_, i) => i), batch.length, batch.length + 1];
  const writer = new KernelWriter(epilogue, buffers, (slot) => plan.slots[slot].dtype, 'value');
  const name = buffers.module.require('finish', () => {
    const parameters = [...axes.map((axis) => `a${axis}: i32`), `element: ${valueType(dtype)}`];
    const element = dtype === 'uint8' ? 'element & 255u' : 'element';
    const lines = writer.block(epilogue.body);
    return [`fn finish(${parameters.join(', ')}) {`, `let value = ${element};`, ...lines, '}'].join('\n');
  });
  return (row, column, value) =>
    `${name}(${[...batch.map((_, i) => `batch${i}`), `i32(${row})`, `i32(${column})`, value].join(', ')});`;
}

/**
 * Returns statements that declare the batch indices at a flat position, and the first element of each operand there.
 */
function batchCode({ step: { attributes } }: Product, position: string): string[] {
  const { batch, left, right } = attributes;
  const start = ({ offset, batchStrides }: DotOperand): string =>
    [`${offset}u`, ...batchStrides.flatMap((stride, i) => (stride === 0 ? [] : [`u32(batch${i}) * ${stride}u`]))].join(
      ' + ',
    );
  return [
    ...axesCode(
      position,
      batch.map((extent, i) => ({ name: `batch${i}`, extent })),
    ),
    `let left = ${start(left)};`,
    `let right = ${start(right)};`,
  ];
}

/**
 * Returns the offset of the element at a flat position along several axes; `position` is a u32 expression without side
 * effects.
 */
function distance(position: string, extents: readonly number[], strides: readonly number[]): string {
  let inner = 1;
  const terms = extents.map((extent, i) => ({ extent, stride: strides[i] })).toReversed();
  const texts = terms.flatMap(({ extent, stride }, i) => {
    const quotient = inner === 1 ? position : `(${position}) / ${inner}u`;
    inner *= extent;
    const digit = i === terms.length - 1 ? quotient : `(${quotient}) % ${extent}u`;
    return stride === 0 ? [] : [stride === 1 ? `(${digit})` : `(${digit}) * ${stride}u`];
  });
  return texts.length === 0 ? '0u' : texts.join(' + ');
}

/** Returns code in which each invocation computes one result, term by term. */
function plainEntry(product: Product): EntryPoint {
  const { batches, m, n, k, type } = product;
  const results = batches * m * n;
  const threads = 64;
  return {
    name: 'dot',
    lanes: threads,
    groups: Math.ceil(results / threads),
    body: [
      `let result = group * ${threads}u + lane;`,
      `if (result >= ${results}u) { return; }`,
      ...batchCode(product, `result / ${m * n}u`),
      `let row = (result / ${n}u) % ${m}u;`,
      `let column = result % ${n}u;`,
      ...lineStarts(product),
      `var sum = ${type}(0);`,
      `for (var k = 0u; k < ${k}u; k++) {`,
      `sum = ${product.add('sum', ...factors(product, 'k'))};`,
      '}',
      product.finish('row', 'column', 'sum'),
    ],
  };
}

/** Returns code in which the lanes of a workgroup share the terms of one result and add their sums as a tree. */
function lanesEntry(product: Product, lanes: number): EntryPoint {
  const { batches, m, n, k, type } = product;
  return {
    name: 'dot',
    lanes,
    groups: batches * m * n,
    shared: [`var<workgroup> sums: array<${type}, ${lanes}>;`],
    body: [
      ...batchCode(product, `group / ${m * n}u`),
      `let row = (group / ${n}u) % ${m}u;`,
      `let column = group % ${n}u;`,
      ...lineStarts(product),
      `var sum = ${type}(0);`,
      `for (var k = lane; k < ${k}u; k += ${lanes}u) {`,
      `sum = ${product.add('sum', ...factors(product, 'k'))};`,
      '}',
      'sums[lane] = sum;',
      'workgroupBarrier();',
      `for (var half = ${lanes / 2}u; half > 0u; half >>= 1u) {`,
      'if (lane < half) { sums[lane] = sums[lane] + sums[lane + half]; }',
      'workgroupBarrier();',
      '}',
      'if (lane == 0u) {',
      product.finish('row', 'column', 'sums[0]'),
      '}',
    ],
  };
}

function lineStarts({ step: { attributes } }: Product): string[] {
  const { rows, columns, left, right } = attributes;
  return [
    `let left_line = left + ${distance('row', rows, left.freeStrides)};`,
    `let right_line = right + ${distance('column', columns, right.freeStrides)};`,
  ];
}

/** Returns the two factors of term `k` of a result, relative to the variables that `lineStarts` declares. */
function factors({ step, buffers }: Product, k: string): [x: string, y: string] {
  const { contract, left, right } = step.attributes;
  const [x, y] = step.operands;
  return [
    buffers.load(x, `i32(left_line + ${distance(k, contract, left.contractStrides)})`),
    buffers.load(y, `i32(right_line + ${distance(k, contract, right.contractStrides)})`),
  ];
}

/** Returns code in which each workgroup computes a tile of results. */
function tileEntry(product: Product, tile: DotTile & { kind: 'tile' }): EntryPoint {
  const { batches, m, n, k, type, step } = product;
  const { rows, columns, depth, threadRows, threadColumns } = tile;
  const threadsAcross = columns / threadColumns;
  const lanes = (rows / threadRows) * threadsAcross;
  const [down, across] = [Math.ceil(m / rows), Math.ceil(n / columns)];
  const vectors = threadColumns / 4;
  const { left, right } = step.attributes;
  const each = <T>(count: number, write: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => write(i));
  const sums = each(threadRows, (i) => each(vectors, (j) => `sum_${i}_${j}`));
  return {
    name: 'dot',
    lanes,
    groups: batches * down * across,
    shared: [
      `var<workgroup> left_tile: array<${type}, ${depth * rows}>;`,
      `var<workgroup> right_tile: array<vec4<${type}>, ${(depth * columns) / 4}>;`,
      `var<workgroup> left_rows: array<u32, ${rows}>;`,
      `var<workgroup> right_columns: array<u32, ${columns}>;`,
      `var<workgroup> left_terms: array<u32, ${depth}>;`,
      `var<workgroup> right_terms: array<u32, ${depth}>;`,
    ],
    body: [
      ...batchCode(product, `group / ${down * across}u`),
      `let first_row = ((group / ${across}u) % ${down}u) * ${rows}u;`,
      `let first_column = (group % ${across}u) * ${columns}u;`,
      `let tile_row = (lane / ${threadsAcross}u) * ${threadRows}u;`,
      `let tile_column = (lane % ${threadsAcross}u) * ${vectors}u;`,
      // Past the end, the last line or term is read, and replaced by zeros.
      `for (var i = lane; i < ${rows}u; i += ${lanes}u) {`,
      `let row = min(first_row + i, ${m - 1}u);`,
      `left_rows[i] = left + ${distance('row', step.attributes.rows, left.freeStrides)};`,
      '}',
      `for (var i = lane; i < ${columns}u; i += ${lanes}u) {`,
      `let column = min(first_column + i, ${n - 1}u);`,
      `right_columns[i] = right + ${distance('column', step.attributes.columns, right.freeStrides)};`,
      '}',
      ...sums.flat().map((name) => `var ${name} = vec4<${type}>();`),
      `for (var first = 0u; first < ${k}u; first += ${depth}u) {`,
      `for (var i = lane; i < ${depth}u; i += ${lanes}u) {`,
      `let term = min(first + i, ${Math.max(k - 1, 0)}u);`,
      `left_terms[i] = ${distance('term', step.attributes.contract, left.contractStrides)};`,
      `right_terms[i] = ${distance('term', step.attributes.contract, right.contractStrides)};`,
      '}',
      'workgroupBarrier();',
      ...loadTile(product, 'left', tile, lanes),
      ...loadTile(product, 'right', tile, lanes),
      'workgroupBarrier();',
      `for (var k = 0u; k < ${depth}u; k++) {`,
      ...each(vectors, (j) => `let y${j} = right_tile[k * ${columns / 4}u + tile_column + ${j}u];`),
      ...each(threadRows, (i) => [
        `let x${i} = left_tile[k * ${rows}u + tile_row + ${i}u];`,
        ...each(vectors, (j) => `${sums[i][j]} = ${product.add(sums[i][j], `x${i}`, `y${j}`)};`),
      ]).flat(),
      '}',
      'workgroupBarrier();',
      '}',
      ...each(threadRows, (i) => [
        `if (first_row + tile_row + ${i}u < ${m}u) {`,
        `let row = first_row + tile_row + ${i}u;`,
        ...each(threadColumns, (j) => [
          `if (first_column + tile_column * 4u + ${j}u < ${n}u) {`,
          product.finish('row', `first_column + tile_column * 4u + ${j}u`, `${sums[i][Math.floor(j / 4)]}[${j % 4}]`),
          '}',
        ]).flat(),
        '}',
      ]).flat(),
    ],
  };
}

/** Returns code that loads a tile of an operand; where possible, adjacent lanes read adjacent elements. */
function loadTile(product: Product, side: 'left' | 'right', tile: DotTile & { kind: 'tile' }, lanes: number): string[] {
  const { buffers, step, m, n, k, type } = product;
  const { depth } = tile;
  const isLeft = side === 'left';
  const operand = step.attributes[side];
  const lines = isLeft ? tile.rows : tile.columns;
  const stepsAlongTerms = operand.contractStrides.at(-1) === 1;
  const [line, term] = stepsAlongTerms ? [`i / ${depth}u`, `i % ${depth}u`] : [`i % ${lines}u`, `i / ${lines}u`];
  const limit = isLeft ? `first_row + line < ${m}u` : `first_column + line < ${n}u`;
  const start = isLeft ? 'left_rows[line]' : 'right_columns[line]';
  const value = buffers.load(step.operands[isLeft ? 0 : 1], `i32(${start} + ${side}_terms[term])`);
  const guarded = `select(${type}(0), ${value}, ${limit} && first + term < ${k}u)`;
  const store = isLeft
    ? `left_tile[term * ${lines}u + line] = ${guarded};`
    : `right_tile[term * ${lines / 4}u + line / 4u][line % 4u] = ${guarded};`;
  return [
    `for (var i = lane; i < ${lines * depth}u; i += ${lanes}u) {`,
    `let line = ${line};`,
    `let term = ${term};`,
    store,
    '}',
  ];
}
