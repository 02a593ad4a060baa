// VitePress requires this file; the settings are in src/site.
export { default } from '../src/site/config.ts';
