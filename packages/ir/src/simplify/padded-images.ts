import { madeBy, numberOf } from './match.ts';
import type { RewriteRules } from './rewrite.ts';

/** Adds zeros that `pad` places around the images of a convolution to its own padding, which need not be stored. */
export const paddedImages: RewriteRules = {
  conv: [
    {
      name: 'adds zeros around images to the padding',
      apply: ({ builder: b }, { operands: [x, w], attributes }) => {
        const moved = madeBy(b, x, 'transpose');
        const order = moved?.attributes.permutation ?? b.shape(x).map((_, axis) => axis);
        const pad = madeBy(b, moved?.operands[0] ?? x, 'pad');
        if (pad === null || numberOf(b, pad.operands[1]) !== 0) return null;
        const { low, high, interior } = pad.attributes;
        const { padding, lhsDilation } = attributes;
        // Negative padding would remove zeros first, and `lhsDilation` would insert zeros between them.
        const isPlain =
          order.slice(0, 2).every((axis) => low[axis] + high[axis] === 0) &&
          interior.every((count) => count === 0) &&
          lhsDilation.every((step) => step === 1) &&
          padding.flat().every((count) => count >= 0);
        if (!isPlain) return null;
        const [image] = pad.operands;
        const wider = padding.map(
          ([before, after], axis) => [before + low[order[axis + 2]], after + high[order[axis + 2]]] as const,
        );
        return b.conv(moved === null ? image : b.transpose(image, order), w, { ...attributes, padding: wider });
      },
    },
  ],
};
