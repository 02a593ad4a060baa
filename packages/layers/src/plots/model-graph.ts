import type { Layer } from '../layer/layer.ts';
import { Functional } from '../model/functional.ts';
import { Sequential } from '../model/sequential.ts';
import { isNetwork, type Network } from '../networks/network.ts';
import { toList } from '../structure/nested.ts';

/** A layer in the plot of a model. */
export interface LayerBox {
  readonly id: string;
  readonly layer: Layer;
  /** Model whose layer it is. */
  readonly owner: Network;
  /** Id of the frame of the nested model that contains the layer; null outside of nested models. */
  readonly frame: string | null;
}

/** The frame around the layers of a nested model. */
export interface Frame {
  readonly id: string;
  readonly label: string;
  /** Id of the frame around this one; null for none. */
  readonly frame: string | null;
}

/** Layers of a model, and the connections between them. */
export interface ModelGraph {
  readonly boxes: readonly LayerBox[];
  readonly frames: readonly Frame[];
  /** Ids of the boxes at the start and end of each arrow. */
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** The boxes at which a layer receives its inputs and from which its outputs come, by index. */
interface Ends {
  readonly input: (index: number) => string;
  readonly output: (index: number) => string;
}

/**
 * Returns the layers of a model and the connections between them, as Keras's `model_to_dot`. A model of another class than
 * `Sequential` and `Functional` is a single box, because its connections are known only while it runs.
 *
 * @param expandNested whether to show the layers of nested models
 */
export function modelGraph(model: Network, expandNested: boolean): ModelGraph {
  const boxes: LayerBox[] = [];
  const frames: Frame[] = [];
  const edges = new Map<string, readonly [string, string]>();

  const addBox = (layer: Layer, owner: Network, frame: string | null): Ends => {
    const id = `layer${boxes.length}`;
    boxes.push({ id, layer, owner, frame });
    return { input: () => id, output: () => id };
  };
  const addNested = (nested: Functional | Sequential, frame: string | null): Ends => {
    const id = `cluster${frames.length}`;
    frames.push({ id, label: nested.name, frame });
    return addLayers(nested, id);
  };
  const addLayers = (owner: Functional | Sequential, frame: string | null): Ends => {
    const ends = new Map<Layer, Ends>();
    for (const layer of owner.layers) {
      ends.set(layer, expandNested && isExpandable(layer) ? addNested(layer, frame) : addBox(layer, owner, frame));
    }
    const endsOf = (layer: Layer): Ends => {
      const found = ends.get(layer);
      if (found === undefined) throw new TypeError(`'${layer.name}' is not a layer of '${owner.name}'.`);
      return found;
    };
    const connect = (from: string, to: string): void => {
      edges.set(`${from} ${to}`, [from, to]);
    };
    if (owner instanceof Functional) {
      const named = new Map(owner.layers.map((layer) => [layer.name, layer]));
      for (const layer of owner.layers) {
        owner.connectionsOf(layer).forEach((source, i) => {
          const [, name = '', output = 0] = /^(.*)\[\d+\]\[(\d+)\]$/.exec(source) ?? [];
          const from = named.get(name);
          if (from !== undefined) connect(endsOf(from).output(Number(output)), endsOf(layer).input(i));
        });
      }
      const inputs = toList(owner.inputs);
      const outputs = toList(owner.outputs);
      return {
        // A model that is called several times has the inputs of each call in turn.
        input: (index) => endsOf(inputs[index % inputs.length].node.layer).input(0),
        output: (index) => endsOf(outputs[index].node.layer).output(outputs[index].index),
      };
    }
    const { layers } = owner;
    layers.slice(1).forEach((layer, i) => {
      connect(endsOf(layers[i]).output(0), endsOf(layer).input(0));
    });
    return {
      input: (index) => endsOf(layers[0]).input(index),
      output: (index) => endsOf(layers[layers.length - 1]).output(index),
    };
  };

  if (isExpandable(model)) addLayers(model, null);
  else addBox(model, model, null);
  return { boxes, frames, edges: [...edges.values()] };
}

function isExpandable(layer: Layer): layer is Functional | Sequential {
  return (layer instanceof Functional || layer instanceof Sequential) && isNetwork(layer) && layer.layers.length > 0;
}
