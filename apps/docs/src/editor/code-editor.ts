import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** An editor of a program. */
export interface CodeEditor {
  readonly root: HTMLElement;
  readonly text: string;
  focus(): void;
  /** Marks a line, from 1; null removes the mark. */
  markLine(line: number | null): void;
  remove(): void;
}

/** Colors of the page, which change with its theme. */
const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: [tags.comment], color: 'var(--code-comment)' },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: 'var(--code-function)' },
  { tag: [tags.typeName, tags.className], color: 'var(--code-type)' },
]);

const setMark = StateEffect.define<number | null>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (set, transaction) => {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setMark)) continue;
      const { doc } = transaction.state;
      const isLine = effect.value !== null && effect.value <= doc.lines;
      next = isLine
        ? Decoration.set(Decoration.line({ class: 'error-line' }).range(doc.line(effect.value ?? 1).from))
        : Decoration.none;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Creates an editor for TypeScript. Escape, then Tab leaves it; Tab alone indents. */
export function createEditor(text: string, label: string): CodeEditor {
  const extensions: Extension[] = [
    lineNumbers(),
    history(),
    indentOnInput(),
    bracketMatching(),
    javascript({ typescript: true }),
    syntaxHighlighting(colors),
    keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorView.theme({
      '&': { fontSize: 'var(--vp-code-font-size)', backgroundColor: 'var(--vp-code-block-bg)' },
      '.cm-content, .cm-gutters': {
        fontFamily: 'var(--vp-font-family-mono)',
        lineHeight: 'var(--vp-code-line-height)',
      },
      '.cm-content': { caretColor: 'var(--vp-c-text-1)' },
      '.cm-cursor': { borderLeftColor: 'var(--vp-c-text-1)' },
      '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--vp-c-text-2)' },
      '&.cm-focused': { outline: '2px solid var(--vp-c-brand-1)' },
      '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: 'var(--vp-c-brand-soft)' },
    }),
    marks,
  ];
  const view = new EditorView({ doc: text, extensions });
  return {
    root: view.dom,
    get text() {
      return view.state.doc.toString();
    },
    focus: () => view.focus(),
    markLine: (line) => view.dispatch({ effects: setMark.of(line) }),
    remove: () => view.destroy(),
  };
}
