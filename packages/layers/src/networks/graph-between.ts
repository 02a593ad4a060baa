import { ManabiError } from '@manabi/core';
import type { Layer, Node, SymbolicTensor } from '../layer/layer.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { toList } from '../structure/nested.ts';

/** The layer calls that compute symbolic outputs from symbolic inputs. */
export interface LayerGraph {
  /** Calls in topological order. */
  readonly nodes: readonly Node[];
  /** Layers in Keras's order: those farthest from the outputs first. Weights are listed in the order of their layers. */
  readonly layers: readonly Layer[];
}

/**
 * Returns the graph of layer calls that leads from symbolic inputs to outputs. Layers are in Keras's order, which
 * weight files depend on: decreasing depth (the longest path to an output), and for equal depth, the order in which a
 * search from the outputs to the inputs reaches them.
 *
 * @throws ManabiError `graph` if an output depends on an input that is not listed
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
  // A stack of its own: networks of thousands of layers are deeper than the call stack.
  const open: { readonly node: Node; readonly waiting: SymbolicTensor[] }[] = [];
  const enter = (tensor: SymbolicTensor): void => {
    const { node } = tensor;
    if (finished.has(node)) return;
    finished.add(node);
    if (!met.has(node.layer)) met.set(node.layer, met.size);
    const isSource = sources.has(tensor);
    if (!isSource && node.layer instanceof InputLayer) throw missingInput(owner, node.layer.name, inputs);
    open.push({ node, waiting: isSource ? [] : [...toList(node.inputs)].reverse() });
  };
  for (const output of outputs) {
    enter(output);
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const next = last.waiting.pop();
      if (next !== undefined) enter(next);
      else {
        nodes.push(last.node);
        open.pop();
      }
    }
  }
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
  const order = (layer: Layer): number => met.get(layer) ?? -1;
  return [...layerDepths]
    .sort(([a, depthOfA], [b, depthOfB]) => depthOfB - depthOfA || order(a) - order(b))
    .map(([layer]) => layer);
}

function missingInput(owner: string, input: string, inputs: readonly SymbolicTensor[]): ManabiError {
  const names = inputs.map(({ name }) => name);
  return new ManabiError(
    'graph',
    `The outputs of '${owner}' depend on the input '${input}', which is missing from its inputs (${names.join(', ')}). ` +
      'Add it to `inputs`.',
    { op: 'model', data: { model: owner, missing: input, inputs: names } },
  );
}
