import { readdirSync, readFileSync } from 'node:fs';
import { type DType, dtypes, type HostArray, hostArray } from '@manabi/ir';

interface GoldenArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A golden of a Keras layer, without the parts irrelevant to export. Written by tooling/goldens/layers. */
export interface LayerGolden {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly training: boolean;
  readonly call: Readonly<Record<string, unknown>>;
  readonly inputs: readonly HostArray[];
  readonly masks: readonly (HostArray | null)[] | null;
  readonly weights: readonly HostArray[];
}

type Line = Omit<LayerGolden, 'inputs' | 'masks' | 'weights'> & {
  readonly inputs: readonly GoldenArray[];
  readonly masks: readonly (GoldenArray | null)[] | null;
  readonly weights: readonly GoldenArray[];
};

const folder = new URL('../../../layers/src/goldens/layers/', import.meta.url);

function toHost({ dtype, shape, data }: GoldenArray): HostArray {
  const elements = dtypes[dtype].create(data.length);
  for (const [i, value] of data.entries()) elements[i] = Number(value);
  return hostArray(dtype, shape, elements);
}

/** Goldens that do not involve training, by family of layers. */
export const layerGoldens: readonly { readonly family: string; readonly goldens: readonly LayerGolden[] }[] =
  readdirSync(folder).map((file) => ({
    family: file.replace('.jsonl', ''),
    goldens: readFileSync(new URL(file, folder), 'utf8')
      .trim()
      .split('\n')
      .map((line): Line => JSON.parse(line))
      .filter(({ training }) => !training)
      .map((golden) => ({
        ...golden,
        inputs: golden.inputs.map(toHost),
        masks: golden.masks?.map((mask) => (mask === null ? null : toHost(mask))) ?? null,
        weights: golden.weights.map(toHost),
      })),
  }));
