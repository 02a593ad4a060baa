import { emitDepthwise } from './depthwise/emit-depthwise.ts';
import type { Emitters } from './emitters.ts';
import { emitWinograd } from './winograd/emit-winograd.ts';

/** Emitters that only convolutions need. */
export const later = {
  depthwise: { emit: emitDepthwise },
  winograd: { emit: emitWinograd },
} satisfies Partial<Emitters>;
