import { type HostArray, layers, type SymbolicTensor } from 'manabi';

/** The convolutions of the extractor. All have kernels of 3 by 3 weights. */
export const convolutions = [
  { name: 'conv_1', filters: 16, strides: 2 },
  { name: 'conv_2', filters: 32, strides: 2 },
  { name: 'conv_3', filters: 48, strides: 2 },
  { name: 'conv_4', filters: 64, strides: 1 },
  { name: 'conv_5', filters: 96, strides: 2 },
] as const;

/** The first convolution whose maps are features: the mean of each of its maps, and of all maps after it. */
export const FIRST_FEATURES = 1;

/** Number of features: one for each map. */
export const FEATURES = convolutions.slice(FIRST_FEATURES).reduce((sum, { filters }) => sum + filters, 0);

/** The trained kernels and biases by name, such as `conv_1.kernel`. */
export type ExtractorWeights = Readonly<Record<string, HostArray>>;

/** Scales pixels from 0…255 to -1…1. */
export const scalePixels = () => layers.rescaling({ scale: 1 / 127.5, offset: -1 });

/** Creates the convolution at an index. It gets its weights from `setExtractorWeights` once it is part of a network. */
export function convolution(index: number) {
  const { name, filters, strides } = convolutions[index];
  return layers.conv2d({ name, filters, strides, kernelSize: 3, padding: 'same', activation: 'relu' });
}

/** The layers of one extractor. */
export type Convolutions = readonly ReturnType<typeof convolution>[];

/** Sets the trained weights of convolutions. */
export function setExtractorWeights(all: Convolutions, weights: ExtractorWeights): void {
  for (const layer of all) layer.setWeights([weights[`${layer.name}.kernel`], weights[`${layer.name}.bias`]]);
}

/** What an extractor computes from a picture. */
export interface Extraction {
  /** The maps that the last convolution reads. */
  readonly maps: SymbolicTensor;
  /** Means of the maps of all convolutions but the last one. */
  readonly means: SymbolicTensor;
}

/** Applies all convolutions but the last one. */
export function applyFrozen(all: Convolutions, image: SymbolicTensor): Extraction {
  let maps: SymbolicTensor = scalePixels().apply(image);
  const means: SymbolicTensor[] = [];
  for (const [i, layer] of all.slice(0, -1).entries()) {
    maps = layer.apply(maps);
    if (i >= FIRST_FEATURES) means.push(layers.globalAveragePooling2d().apply(maps));
  }
  return { maps, means: layers.concatenate().apply(means) };
}

/** Applies the last convolution, and returns all features. */
export function applyLast(all: Convolutions, { maps, means }: Extraction): SymbolicTensor {
  const last = layers.globalAveragePooling2d().apply(all[all.length - 1].apply(maps));
  return layers.concatenate().apply([means, last]);
}
