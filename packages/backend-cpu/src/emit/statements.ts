import type { Block } from '@manabi/compiler';
import { emitAccumulate, emitAssign, emitBegin } from './accumulator.ts';
import { emitDefine } from './define.ts';
import type { Emission } from './emission.ts';
import { emitLoop } from './loops.ts';
import { emitStore } from './store.ts';

/** Writes the statements of a block, in order. */
export function emitBlock(e: Emission, block: Block): void {
  block.forEach((statement, position) => {
    switch (statement.kind) {
      case 'loop':
        emitLoop(e, statement, emitBlock);
        break;
      case 'define':
        emitDefine(e, statement.scalar, statement.instruction);
        break;
      case 'store':
        emitStore(e, statement);
        break;
      case 'begin':
        emitBegin(e, statement.accumulator, statement.initial, block.slice(position + 1));
        break;
      case 'accumulate':
        emitAccumulate(e, statement);
        break;
      case 'accumulateIndex':
        throw new Error('`accumulateIndex` must be expanded before code is emitted; see expandIndexAccumulators.');
      case 'assign':
        emitAssign(e, statement.accumulator, statement.value);
        break;
    }
  });
}
