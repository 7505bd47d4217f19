/**
 * The editor, cut down to what the lab uses. This module is heavy and is only ever loaded through load.ts,
 * after the first screen.
 */

import * as monaco from 'monaco-editor/editor/editor.api.js';
import editorWorker from 'monaco-editor/editor/editor.worker.js?worker&url';
// All features, not only those that are used: TypeScript's language service brings every one of them along,
// and the editor's services cannot take in what arrives after their first use.
import 'monaco-editor/features/register.all.js';
import { conf, language } from 'monaco-editor/languages/definitions/typescript/typescript.js';
import { onThemeChange } from '../charts/theme';
import { guardedWorker } from '../workers/guarded';

export { monaco };

self.MonacoEnvironment = {
  async getWorker(_: string, label: string) {
    if (label !== 'typescript') return guardedWorker(editorWorker, label);
    // A whole TypeScript compiler: it is fetched when someone edits, and not before.
    const { default: typeScriptWorker } = await import(
      'monaco-editor/language/typescript/ts.worker.js?worker&url'
    );
    return guardedWorker(typeScriptWorker, label);
  },
};

/**
 * The language of programs that are only looked at: TypeScript's colours without its language service,
 * which is a whole compiler and begins to work as soon as it meets a model of its own language.
 */
export const VIEWED = 'program';

monaco.languages.register({ id: VIEWED });
monaco.languages.setLanguageConfiguration(VIEWED, conf);
monaco.languages.setMonarchTokensProvider(VIEWED, language);

/** Options that every editor of the lab shares. */
export const SHARED_OPTIONS: monaco.editor.IEditorOptions & monaco.editor.IGlobalEditorOptions = {
  automaticLayout: true,
  // Without it the editor has a name only after a screen reader was found, which a web page cannot do.
  accessibilitySupport: 'on',
  fontSize: 13,
  lineHeight: 20,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  overviewRulerLanes: 0,
  hideCursorInOverviewRuler: true,
  overviewRulerBorder: false,
  renderLineHighlight: 'none',
  folding: false,
  glyphMargin: false,
  lineNumbersMinChars: 4,
  lineDecorationsWidth: 14,
  padding: { top: 8, bottom: 8 },
  guides: { indentation: false },
  stickyScroll: { enabled: false },
  contextmenu: false,
  fixedOverflowWidgets: true,
  scrollbar: {
    alwaysConsumeMouseWheel: false,
    useShadows: false,
    verticalScrollbarSize: 10,
    horizontalScrollbarSize: 10,
  },
};

/** Gives the editor the page's own colours, now and whenever the system turns light or dark. */
function followTheme(): void {
  const apply = () => {
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => sixDigits(style.getPropertyValue(name).trim());
    monaco.editor.defineTheme('loopy', {
      base: dark ? 'vs-dark' : 'vs',
      inherit: true,
      rules: [
        { token: 'comment', foreground: color('--ink-faint').slice(1) },
        { token: 'keyword', foreground: color('--accent').slice(1) },
        { token: 'type.identifier', foreground: color('--ink').slice(1) },
        { token: 'identifier', foreground: color('--ink').slice(1) },
        { token: 'number', foreground: dark ? 'e3b778' : '8a4b08' },
        { token: 'string', foreground: dark ? 'a9c6e8' : '2b5b8c' },
        { token: 'delimiter', foreground: color('--ink-soft').slice(1) },
      ],
      colors: {
        'editor.background': color('--raised'),
        'editor.foreground': color('--ink'),
        'editorLineNumber.foreground': color('--ink-faint'),
        'editorLineNumber.activeForeground': color('--ink'),
        'diffEditor.insertedLineBackground': color('--added'),
        'diffEditor.removedLineBackground': color('--removed'),
        'diffEditor.insertedTextBackground': `${color('--accent')}33`,
        'diffEditor.removedTextBackground': `${color('--problem')}33`,
        'diffEditor.unchangedRegionBackground': color('--sunken'),
        'diffEditor.unchangedRegionForeground': color('--ink-faint'),
        // Brackets are no more important than what they hold.
        ...Object.fromEntries(
          [1, 2, 3, 4, 5, 6].map((level) => [
            `editorBracketHighlight.foreground${level}`,
            color('--ink-soft'),
          ]),
        ),
        'diffEditor.border': color('--rule'),
        focusBorder: color('--accent'),
      },
    });
    monaco.editor.setTheme('loopy');
  };
  apply();
  onThemeChange(apply);
}

/** `#fff` as `#ffffff`: a minifier shortens what the editor insists on having at length. */
function sixDigits(color: string): string {
  return /^#[0-9a-f]{3}$/i.test(color) ? color.replace(/[0-9a-f]/gi, '$&$&') : color;
}

followTheme();
