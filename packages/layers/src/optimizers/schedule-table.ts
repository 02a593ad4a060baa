import { anything, readArgument, recordOf, text } from '@manabi/errors';
import type { Schedule } from '@manabi/optimizers';
import { scheduleRows } from '@manabi/optimizers/schedule-rows';
import { rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import type { Make } from '../registry/resolve.ts';

/** Table of learning rate schedules by name, used to load models. */
export const scheduleTable = /* @__PURE__ */ new ClassTable<Make<Schedule>>(
  'schedule',
  /* @__PURE__ */ rowsInFiles(scheduleRows),
);

/**
 * Returns the schedule with a given class name and config.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for invalid options
 * @example
 * ```ts
 * import { getSchedule } from '@manabi/layers/classes';
 *
 * const schedule = await getSchedule('CosineDecay', { initialLearningRate: 0.1, decaySteps: 100 });
 * console.log(schedule.className); // CosineDecay
 * ```
 */
export async function getSchedule(className: string, config: Readonly<Record<string, unknown>>): Promise<Schedule> {
  readArgument('getSchedule', 'className', className, text);
  readArgument('getSchedule', 'config', config, recordOf(anything()));
  const place = { op: 'getSchedule', name: 'className' };
  await scheduleTable.load([className], place);
  return scheduleTable.get(className, place)(config);
}
