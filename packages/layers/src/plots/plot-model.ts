import { ManabiError } from '@manabi/core';
import {
  boolean,
  type Kind,
  type KindsOf,
  oneOf,
  optional,
  readArgument,
  readOptions,
  wrongArgument,
} from '@manabi/errors';
import { isLayer } from '../layer/layer.ts';
import { isNetwork, type Network } from '../networks/network.ts';
import { dotOf } from './dot.ts';
import { modelGraph } from './model-graph.ts';
import { svgOf } from './model-svg.ts';

/** Options of `plotModel`, as of Keras's `plot_model`. */
export interface PlotModelOptions {
  /** `svg` for a picture, `dot` for the language of Graphviz (default: `svg`). */
  readonly format?: 'svg' | 'dot';
  /** Whether to show the shapes of inputs and outputs (default: false). */
  readonly showShapes?: boolean;
  /** Whether to show the dtypes of outputs (default: false). */
  readonly showDtype?: boolean;
  /** Whether to show the names of layers, not only their classes (default: false). */
  readonly showLayerNames?: boolean;
  /** Whether to show the activations of layers that have one (default: false). */
  readonly showLayerActivations?: boolean;
  /** Whether to show which layers with weights are trainable (default: false). */
  readonly showTrainable?: boolean;
  /** Direction in which the layers follow each other: top to bottom, left to right, … (default: `TB`). */
  readonly rankdir?: 'TB' | 'BT' | 'LR' | 'RL';
  /** Whether to show the layers of nested models, in a frame (default: false). */
  readonly expandNested?: boolean;
}

const flag = optional(boolean, false);

const kinds = {
  format: optional(oneOf('svg', 'dot'), 'svg'),
  showShapes: flag,
  showDtype: flag,
  showLayerNames: flag,
  showLayerActivations: flag,
  showTrainable: flag,
  rankdir: optional(oneOf('TB', 'BT', 'LR', 'RL'), 'TB'),
  expandNested: flag,
} satisfies KindsOf<PlotModelOptions>;

const modelKind: Kind<Network> = {
  expected: 'a model',
  accepts: (given) => isLayer(given) && isNetwork(given),
  read: (given, location) => {
    if (isLayer(given) && isNetwork(given)) return given;
    throw wrongArgument(location, modelKind.expected, given);
  },
};

/**
 * Draws the layers of a model and the connections between them, as Keras's `plot_model`. Returns the text of an SVG
 * picture, or a graph in the language of Graphviz. Models of other classes than `Sequential` and `Functional` are a
 * single box.
 *
 * @throws ManabiError `argument` if the model is not built, and for invalid options
 * @example
 * ```ts
 * import { layers, plotModel, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 4, inputShape: [3] }), layers.dense({ units: 1 })]);
 * const svg = await plotModel(model, { showShapes: true }); // await writeFile('model.svg', svg)
 * console.log(svg.startsWith('<svg')); // true
 * ```
 */
export async function plotModel(model: Network, options: PlotModelOptions = {}): Promise<string> {
  const network = readArgument('plotModel', 'model', model, modelKind);
  const { format, expandNested, ...settings } = readOptions('plotModel', options, kinds);
  if (!network.built) {
    throw new ManabiError(
      'argument',
      `'${network.name}' is not built: its input shape is unknown. Pass inputShape to the first layer, call the model on ` +
        'data, or call build([null, …]).',
      { op: 'plotModel', data: { model: network.name } },
    );
  }
  const graph = modelGraph(network, expandNested);
  return format === 'dot' ? dotOf(graph, settings) : svgOf(graph, settings);
}
