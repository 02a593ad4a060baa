import { attentionDraft } from './attention/attention-shader.ts';
import { keyGradientDraft, queryGradientDraft } from './attention/gradient-shaders.ts';
import { blockEntry } from './dot/block-entry.ts';
import type { LaterShaders } from './routine-names.ts';
import { topKDraft } from './top-k/top-k-shaders.ts';

/**
 * Code of shaders that few programs use. The backend loads it before the first plan that needs it. These modules import only
 * types from the large modules that every program uses; see `DraftTools`.
 */
export const laterShaders: LaterShaders = {
  routines: {
    topK: { draft: topKDraft },
    attention: { draft: attentionDraft },
    attentionQueryGradient: { draft: queryGradientDraft },
    attentionKeyGradient: { draft: keyGradientDraft },
  },
  blocks: blockEntry,
};
