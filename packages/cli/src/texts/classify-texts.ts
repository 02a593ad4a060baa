import { type HostArray, hostArray, type Model } from 'manabi';
import { preparedText } from './text-network.ts';

/** Texts per prediction. */
const BATCH = 500;

/** Computes the scores of texts, `[texts, classes]` or `[texts, 1]`. */
export async function classifyTexts(model: Model, texts: readonly string[]): Promise<HostArray> {
  const y = await model.predict(texts.map(preparedText), { batchSize: BATCH });
  return hostArray(y.dtype, y.shape, await y.data());
}
