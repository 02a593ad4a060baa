/** The datasets: points in a square, in two classes. */
export const datasetNames = ['circle', 'xor', 'gauss', 'spiral'] as const;
export type DatasetName = (typeof datasetNames)[number];

/** What the network can see of a point. */
export const featureNames = ['x₁', 'x₂', 'x₁²', 'x₂²', 'x₁x₂', 'sin x₁', 'sin x₂'] as const;
export type FeatureName = (typeof featureNames)[number];

/** What the reader chooses. */
export interface Settings {
  readonly dataset: DatasetName;
  /** Between 0 and 0.5. */
  readonly noise: number;
  readonly features: readonly FeatureName[];
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: 'tanh' | 'relu' | 'sigmoid' | 'linear';
  readonly optimizer: 'adam' | 'sgd';
  readonly learningRate: number;
  readonly batchSize: number;
  readonly regularization: 'none' | 'l1' | 'l2';
  readonly regularizationRate: number;
  /** Seed of the data and of the first weights. */
  readonly seed: number;
}

/** A point, with its class: 0 or 1. */
export interface LabeledPoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

/** The weights of a dense layer: `kernel[i * units + j]` leads from input i to unit j. */
export interface LayerWeights {
  readonly units: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Points per side of the grid on which the network is drawn. */
export const GRID = 60;
/** Coordinates of the square: from -RANGE to RANGE. */
export const RANGE = 6;

export type Input = Settings;

/** The network after some epochs. */
export interface Output {
  readonly epoch: number;
  readonly train: readonly LabeledPoint[];
  readonly test: readonly LabeledPoint[];
  readonly loss: { readonly train: number; readonly test: number };
  readonly accuracy: { readonly train: number; readonly test: number };
  readonly weights: readonly LayerWeights[];
  /** For each layer, the outputs of its units on the grid: unit by unit, row by row from the top. The last is a probability. */
  readonly maps: readonly (readonly Float32Array[])[];
}
