import { ManabiError } from '@manabi/core';
import type { Layer, Node, SymbolicTensor } from '../layer/layer.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { toList } from '../structure/nested.ts';

/** The calls between some inputs and outputs. */
export interface LayerGraph {
  /** The calls, each after those that it needs. */
  readonly nodes: readonly Node[];
  /** The layers, those farthest from the outputs first, as Keras orders them (and so their weights). */
  readonly layers: readonly Layer[];
}

/**
 * The graph from some symbolic tensors to others. Keras's order of layers is kept, since files hold weights in it: by
 * falling depth, the longest way to an output; then as a walk back from the outputs meets them.
 *
 * @throws ManabiError `graph` if an output depends on an input that is not among those given
 */
export function graphBetween(
  owner: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): LayerGraph {
  const sources = new Set(inputs);
  const finished = new Set<Node>();
  const nodes: Node[] = [];
  const met = new Map<Layer, number>();
  const visit = (tensor: SymbolicTensor): void => {
    const { node } = tensor;
    if (finished.has(node)) return;
    finished.add(node);
    if (!met.has(node.layer)) met.set(node.layer, met.size);
    if (!sources.has(tensor)) {
      if (node.layer instanceof InputLayer) throw missingInput(owner, node.layer.name, inputs);
      for (const input of toList(node.inputs)) visit(input);
    }
    nodes.push(node);
  };
  for (const output of outputs) visit(output);
  return { nodes, layers: layersByDepth(nodes, met, inputs) };
}

function layersByDepth(
  nodes: readonly Node[],
  met: ReadonlyMap<Layer, number>,
  inputs: readonly SymbolicTensor[],
): Layer[] {
  const depths = new Map<Node, number>();
  const layerDepths = new Map<Layer, number>();
  for (const node of [...nodes].reverse()) {
    const depth = Math.max(depths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    depths.set(node, depth);
    layerDepths.set(node.layer, depth);
    for (const { node: parent } of toList(node.inputs)) {
      depths.set(parent, Math.max(depth + 1, depths.get(parent) ?? 0));
    }
  }
  for (const { node } of inputs) if (!layerDepths.has(node.layer)) layerDepths.set(node.layer, 0);
  const place = (layer: Layer): number => met.get(layer) ?? -1;
  return [...layerDepths]
    .sort(([a, depthOfA], [b, depthOfB]) => depthOfB - depthOfA || place(a) - place(b))
    .map(([layer]) => layer);
}

function missingInput(owner: string, input: string, inputs: readonly SymbolicTensor[]): ManabiError {
  const names = inputs.map(({ name }) => name);
  return new ManabiError(
    'graph',
    `The outputs of '${owner}' depend on the input '${input}', which is not among its inputs (${names.join(', ')}). Add ` +
      'it to them.',
    { op: 'model', data: { model: owner, missing: input, inputs: names } },
  );
}
