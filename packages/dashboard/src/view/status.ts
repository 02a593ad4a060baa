import type { Section } from './curves.ts';
import { html } from './dom.ts';
import { countText, durationText } from './format.ts';
import type { RunState } from './run-state.ts';

/** Whether records arrive: `live`, `recorded` for runs of a file, or `lost` after the server was closed. */
export type Connection = 'live' | 'recorded' | 'lost';

/** Creates the state and the progress of a run, and the button that stops it. */
export function statusSection(
  run: () => RunState | null,
  connection: () => Connection,
  stop: ((run: string) => void) | null,
): Section {
  const state = html('strong', { role: 'status' });
  const detail = html('span', {});
  const bar = html('progress', { max: 1, value: 0, 'aria-label': 'Progress of the training' });
  const button = html('button', { type: 'button' }, 'Stop training');
  const message = html('p', { class: 'message', hidden: true });
  const line = html('div', { class: 'status' }, state, detail, ...(stop === null ? [] : [button]));
  const element = html('div', {}, line, bar, message);
  const stopping = new Set<string>();
  const draw = (): void => {
    const shown = run();
    const text = stateOf(shown, connection(), stopping);
    // Screen readers announce the state when it changes.
    if (state.textContent !== text) state.textContent = text;
    state.dataset.state = shown?.ended?.outcome ?? connection();
    detail.textContent = shown === null ? '' : detailOf(shown);
    bar.value = shown === null ? 0 : progressOf(shown);
    const isRunning = shown !== null && shown.ended === null && connection() === 'live';
    button.hidden = !isRunning;
    button.disabled = shown !== null && stopping.has(shown.name);
    message.hidden = (shown?.ended?.message ?? '') === '';
    message.textContent = shown?.ended?.message ?? '';
  };
  button.addEventListener('click', () => {
    const name = run()?.name;
    if (name === undefined) return;
    stopping.add(name);
    stop?.(name);
    draw();
  });
  return { element, draw };
}

function stateOf(run: RunState | null, connection: Connection, stopping: ReadonlySet<string>): string {
  if (run === null) return connection === 'lost' ? 'No connection' : 'Waiting for a training';
  if (run.ended !== null) return { finished: 'Finished', stopped: 'Stopped', failed: 'Failed' }[run.ended.outcome];
  if (connection === 'lost') return 'Connection lost';
  if (connection === 'recorded') return 'Incomplete';
  return stopping.has(run.name) ? 'Stopping after this batch' : 'Training';
}

/** Returns the number of completed epochs, with a fraction for the current one. */
function epochsOf({ started, batches, epochs }: RunState): number {
  const [batch, epoch] = [batches.at(-1), epochs.at(-1)];
  const complete = epoch === undefined ? 0 : epoch.epoch + 1;
  if (batch === undefined || batch.epoch < complete) return complete;
  const perEpoch = started?.steps ?? epoch?.batches ?? Number.POSITIVE_INFINITY;
  return batch.epoch + Math.min(1, (batch.batch + 1) / perEpoch);
}

function progressOf(run: RunState): number {
  const total = run.started?.epochs ?? 0;
  return total === 0 ? 0 : Math.min(1, epochsOf(run) / total);
}

function detailOf(run: RunState): string {
  const { started, batches, epochs, ended } = run;
  if (started === null) return '';
  const last =
    ended ?? [batches.at(-1), epochs.at(-1)].reduce((a, b) => ((b?.time ?? 0) > (a?.time ?? 0) ? b : a), undefined);
  const seconds = ((last?.time ?? started.time) - started.time) / 1000;
  const complete = (epochs.at(-1)?.epoch ?? -1) + 1;
  const batch = batches.at(-1);
  const isWithin = ended === null && batch !== undefined && batch.epoch >= complete;
  const steps = started.steps === null ? '' : ` of ${countText(started.steps)}`;
  const part = isWithin ? `, batch ${countText(batch.batch + 1)}${steps} of epoch ${batch.epoch + 1}` : '';
  return `${countText(complete)} of ${countText(started.epochs)} epochs${part}, ${durationText(seconds)}`;
}
