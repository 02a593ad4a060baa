import { toJson } from '../records/numbers.ts';
import type { DashboardRecord } from '../records/record.ts';
import { pageOf, policyOf } from './page.ts';
import { viewScript } from './view-bundle.ts';

/** Returns a single HTML file that shows records. It contains the view, and loads nothing. */
export async function staticPage(records: readonly DashboardRecord[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(viewScript));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  // Escaped, so that no text in the records ends the element.
  const json = toJson(records).replace(/</g, '\\u003c');
  return pageOf({
    policy: policyOf(`'sha256-${hash}'`, "'none'"),
    body: `<script type="application/json" id="records">${json}</script>\n<script>${viewScript}</script>`,
  });
}
