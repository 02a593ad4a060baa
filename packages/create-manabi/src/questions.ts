import * as util from 'node:util';
import { defaultFolder } from './project-name.ts';
import { type TemplateName, templateNames, templates } from './templates.ts';
import { UsageError } from './usage-error.ts';

/** The questions that the program asks in a terminal. An answer is null if the user cancels. */
export interface Questions {
  /**
   * Asks for the folder of the project.
   *
   * @param problemOf returns the problem of an answer, or undefined
   */
  folder(problemOf: (answer: string) => string | undefined): Promise<string | null>;
  template(): Promise<TemplateName | null>;
  /** Asks whether to write into a folder that is not empty. */
  overwrite(folder: string): Promise<boolean | null>;
}

/**
 * Returns the questions on the terminal of this process. They are loaded only when needed.
 *
 * @throws UsageError on Node below 20.12, which lacks a function that the questions need
 */
export async function terminalQuestions(): Promise<Questions> {
  if (!('styleText' in util)) {
    throw new UsageError('Questions need Node 20.12 or later. Pass --template and a folder instead; see --help.');
  }
  const { confirm, isCancel, select, text } = await import('@clack/prompts');
  return {
    folder: async (problemOf) => {
      const answer = await text({
        message: 'Folder of the project',
        placeholder: defaultFolder,
        defaultValue: defaultFolder,
        validate: (answer) => (answer === undefined || answer === '' ? undefined : problemOf(answer)),
      });
      return isCancel(answer) ? null : answer;
    },
    template: async () => {
      const options = templateNames.map((name) => {
        const { title, summary } = templates[name];
        return { value: name, label: title, hint: summary };
      });
      const answer = await select({ message: 'Template', options });
      return isCancel(answer) ? null : answer;
    },
    overwrite: async (folder) => {
      const answer = await confirm({
        message: `${folder} is not empty. Replace files with the names of new files, and keep all others?`,
        initialValue: false,
      });
      return isCancel(answer) ? null : answer;
    },
  };
}
