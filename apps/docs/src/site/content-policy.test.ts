import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { withContentPolicy } from './content-policy.ts';

test('allows the inline scripts of a page by their hashes, and no connection to other hosts', () => {
  const html = withContentPolicy('<html><head><script>a()</script><script src="/b.js"></script></head></html>');
  const hash = createHash('sha256').update('a()').digest('base64');
  expect(html).toContain(`'sha256-${hash}'`);
  expect(html.match(/sha256-/g)).toHaveLength(1);
  expect(html).toContain(`default-src 'self'`);
  expect(html).not.toContain('connect-src');
});
