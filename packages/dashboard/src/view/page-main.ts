// The script of the dashboard's own page, which the server sends and static pages contain.
import { fromJson } from '../records/numbers.ts';
import type { DashboardRecord } from '../records/record.ts';
import { createView } from './dashboard-view.ts';

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
html { color-scheme: light dark; background: #ffffff; }
@media (prefers-color-scheme: dark) { html { background: #14171c; } }
body { margin: 0; }`);
document.adoptedStyleSheets = [sheet];

const element = document.querySelector('#dashboard');
const recorded = document.querySelector('#records');
if (element !== null) {
  if (recorded === null) follow(element);
  else show(element, recorded.textContent ?? '');
}

/** Shows the records of a static page. */
function show(place: Element, json: string): void {
  const view = createView(place, { theme: 'auto', stop: null, connection: 'recorded' });
  // The file was written by this package.
  for (const record of fromJson(json) as readonly DashboardRecord[]) view.add(record);
}

/** Shows the records that the server sends, and sends it requests to stop. */
function follow(place: Element): void {
  const stop = (run: string): void => {
    fetch('/stop', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ run }),
    }).catch(() => view.setConnection('lost'));
  };
  const view = createView(place, { theme: 'auto', stop, connection: 'live' });
  const events = new EventSource('/events');
  events.addEventListener('begin', ({ data }) => {
    view.clear();
    view.setConnection(data === 'recorded' ? 'recorded' : 'live');
  });
  // The server of this page sends only records.
  events.addEventListener('message', ({ data }) => view.add(fromJson(data) as DashboardRecord));
  events.addEventListener('error', () => view.setConnection('lost'));
}
