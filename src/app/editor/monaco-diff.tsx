import { useEffect, useRef } from 'react';
import type { MonacoModule } from './load';

interface Props {
  readonly module: MonacoModule;
  readonly before: string | null;
  readonly after: string;
  readonly label: string;
  /** Called once there is something to see: a comparison takes a moment. */
  onReady(): void;
}

const TALLEST = 640;

/** A program read-only in the editor, against what it was edited from where there is such a thing. */
export function MonacoDiff({ module, before, after, label, onReady }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const ready = useRef(onReady);
  ready.current = onReady;
  const compare = before !== null && before !== after;

  useEffect(() => {
    const element = frame.current!;
    const { monaco, SHARED_OPTIONS, VIEWED } = module;
    const options = {
      ...SHARED_OPTIONS,
      readOnly: true,
      domReadOnly: true,
      tabFocusMode: true,
      ariaLabel: label,
      fontFamily: getComputedStyle(element).fontFamily,
    };
    const model = monaco.editor.createModel(after, VIEWED);
    if (!compare) {
      const editor = monaco.editor.create(element, { ...options, model });
      const stop = fitHeight(element, editor);
      ready.current();
      return () => disposeAll(stop, editor, model);
    }
    const original = monaco.editor.createModel(before, VIEWED);
    const editor = monaco.editor.createDiffEditor(element, {
      ...options,
      originalEditable: false,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: true,
      renderSideBySideInlineBreakpoint: 820,
      hideUnchangedRegions: { enabled: true, contextLineCount: 3, minimumLineCount: 4 },
      renderOverviewRuler: false,
      renderMarginRevertIcon: false,
      renderGutterMenu: false,
      diffAlgorithm: 'advanced',
    });
    editor.setModel({ original, modified: model });
    // The editor of differences forgets the names of its two sides whenever it adjusts their options.
    editor.onDidUpdateDiff(() => {
      ready.current();
      editor.getOriginalEditor().updateOptions({ ariaLabel: `${label}, before` });
      editor.getModifiedEditor().updateOptions({ ariaLabel: `${label}, after` });
    });
    const stop = fitHeight(element, editor.getModifiedEditor(), editor.getOriginalEditor());
    return () => disposeAll(stop, editor, model, original);
  }, [module, before, after, compare, label]);

  return <div ref={frame} className="monaco-frame" />;
}

interface Sized {
  getContentHeight(): number;
  onDidContentSizeChange(listener: () => void): { dispose(): void };
}

/** Makes the frame as tall as its text, within reason, so that the page has one scroll bar and not two. */
function fitHeight(element: HTMLElement, ...editors: readonly Sized[]): () => void {
  const adjust = () => {
    const height = Math.max(...editors.map((editor) => editor.getContentHeight()));
    element.style.height = `${Math.min(TALLEST, height)}px`;
  };
  adjust();
  const subscriptions = editors.map((editor) => editor.onDidContentSizeChange(adjust));
  return () => subscriptions.forEach((subscription) => void subscription.dispose());
}

function disposeAll(stop: () => void, ...things: readonly { dispose(): void }[]): void {
  stop();
  for (const thing of things) thing.dispose();
}
