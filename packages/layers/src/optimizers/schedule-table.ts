import { anything, readArgument, recordOf, text } from '@manabi/errors';
import type { Schedule } from '@manabi/optimizers';
import { scheduleRows } from '@manabi/optimizers/schedule-rows';
import { rowsInFiles } from '../registry/class-row.ts';
import { ClassTable } from '../registry/class-table.ts';
import type { Make } from '../registry/resolve.ts';

/** The learning rate schedules by name: what loads models. */
export const scheduleTable = /* @__PURE__ */ new ClassTable<Make<Schedule>>(
  'schedule',
  /* @__PURE__ */ rowsInFiles(scheduleRows),
);

/**
 * The schedule of a class.
 *
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for options that do not fit
 */
export async function getSchedule(className: string, config: Readonly<Record<string, unknown>>): Promise<Schedule> {
  readArgument('getSchedule', 'className', className, text);
  readArgument('getSchedule', 'config', config, recordOf(anything()));
  const place = { op: 'getSchedule', name: 'className' };
  await scheduleTable.load([className], place);
  return scheduleTable.get(className, place)(config);
}
