export { isTemplateName, type Template, type TemplateName, templateNames, templates } from './templates.ts';
