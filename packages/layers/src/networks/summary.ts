import { boolean, functionOf, type KindsOf, nullable, optional, readOptions } from '@manabi/errors';
import type { Layer } from '../layer/layer.ts';
import { formatPartialShape, type PartialType } from '../structure/nested.ts';
import { bytesOf, type Sized } from './bytes-of.ts';
import { isNetwork, type Network } from './network.ts';
import { textTable } from './text-table.ts';

/** Options of `Model.summary`. */
export interface SummaryOptions {
  /** Function that prints the text; null to print nothing (default: `console.log`). */
  readonly print?: ((text: string) => void) | null;
  /** Whether to list the layers of nested models (default: false). */
  readonly expandNested?: boolean;
  /** Whether to add a column that shows which layers are trainable (default: false). */
  readonly showTrainable?: boolean;
}

function printText(text: string): void {
  console.log(text);
}

const kinds = {
  print: optional(nullable(functionOf<(text: string) => void>('a function (text) => void')), printText),
  expandNested: optional(boolean, false),
  showTrainable: optional(boolean, false),
} satisfies KindsOf<SummaryOptions>;

/**
 * Returns and prints the text of `Model.summary`.
 *
 * @param optimizer tensors of the optimizer's state; empty before the first training step
 */
export function summaryOf(model: Network, options: SummaryOptions, optimizer: readonly Sized[]): string {
  const { print, expandNested, showTrainable } = readOptions('summary', options, kinds);
  // Chains need no column of inputs: the input of each layer is the output of the layer above it.
  const connected = model.layers.some((layer, i) => {
    const inputs = model.connectionsOf(layer).join();
    return inputs !== '' && inputs !== `${model.layers[i - 1]?.name}[0][0]`;
  });
  const titles = [
    'Layer (type)',
    'Output Shape',
    'Param #',
    ...(connected ? ['Connected to'] : []),
    ...(showTrainable ? ['Trainable'] : []),
  ];
  const rows = rowsOf(model, '', expandNested).map(({ layer, shapes, connections, indent }) => [
    `${indent}${layer.name} (${layer.className})`,
    shapes,
    layer.built ? count(layer.weights.reduce((sum, { size }) => sum + size, 0)) : '0 (unbuilt)',
    ...(connected ? [connections.join(',\n') || '-'] : []),
    ...(showTrainable ? [trainableMark(layer)] : []),
  ]);
  const table = textTable(titles, rows, [2]);
  const text = [`Model: "${model.name}"`, table, ...totals(model, optimizer)].join('\n');
  print?.(text);
  return text;
}

interface Row {
  readonly layer: Layer;
  readonly shapes: string;
  readonly connections: readonly string[];
  readonly indent: string;
}

function rowsOf(model: Network, indent: string, expandNested: boolean): Row[] {
  const types = model.layerOutputTypes;
  return model.layers.flatMap((layer) => {
    const row: Row = { layer, shapes: shapesText(types.get(layer)), connections: model.connectionsOf(layer), indent };
    return expandNested && isNetwork(layer) ? [row, ...rowsOf(layer, `   ${indent || '└ '}`, true)] : [row];
  });
}

function shapesText(types: readonly PartialType[] | undefined): string {
  if (types === undefined) return '?';
  return types.map(({ shape }) => formatPartialShape(shape)).join(', ');
}

function trainableMark(layer: Layer): string {
  return layer.weights.length === 0 ? '-' : layer.trainableWeights.length > 0 ? 'Y' : 'N';
}

function totals(model: Network, optimizer: readonly Sized[]): string[] {
  const line = (label: string, variables: readonly Sized[]): string => {
    const elements = variables.reduce((sum, { size }) => sum + size, 0);
    return ` ${label} params: ${count(elements)} (${readableBytes(bytesOf(variables))})`;
  };
  return [
    line('Total', [...model.weights, ...optimizer]),
    line('Trainable', model.trainableWeights),
    line('Non-trainable', model.nonTrainableWeights),
    ...(optimizer.length > 0 ? [line('Optimizer', optimizer)] : []),
  ];
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function readableBytes(bytes: number): string {
  const power = Math.min(3, Math.floor(Math.log2(bytes || 1) / 10));
  return `${(bytes / 1024 ** power).toFixed(2)} ${['B', 'KB', 'MB', 'GB'][power]}`;
}
