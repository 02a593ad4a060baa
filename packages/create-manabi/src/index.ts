export { type Template, type TemplateName, templates } from './templates.ts';
