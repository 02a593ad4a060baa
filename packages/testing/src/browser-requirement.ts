import { browserPath } from '@tooling/run/browser';
import type { Requirement } from './describe-where.ts';

/** The requirement of tests that run in a page of a real browser. */
export const browserRequirement: Requirement = {
  need: 'needs a browser: install Chromium, or set MANABI_CHROMIUM to its path',
  isMet: browserPath() !== undefined,
  variable: 'MANABI_REQUIRE_BROWSER',
};
