import { useEffect, useRef } from 'react';
import type { MonacoModule } from './load';
import { changedLine, textChange } from './text-change';

interface Props {
  readonly module: MonacoModule;
  readonly before: string | null;
  readonly after: string;
  readonly label: string;
  /** The text is being written: it stays a comparison, follows each change, and never shrinks. */
  readonly live?: boolean;
  /** Called once there is something to see: a comparison takes a moment. */
  onReady(): void;
}

type Monaco = MonacoModule['monaco'];
type Model = ReturnType<Monaco['editor']['createModel']>;

/** What an effect that comes later may do with the editor that an earlier one made. */
interface Shown {
  readonly model: Model;
  readonly original: Model | null;
  /** Scrolls a line of the text into view, once it is known what changed. */
  reveal(line: number): void;
}

const TALLEST = 640;
/** Milliseconds in which the editor folds equal lines away, once it has compared two texts. */
const FOLDING = 300;

/**
 * A program read-only in the editor, against what it was edited from where there is such a thing. A text that
 * changes is changed in place: the editor, its scroll and what is folded in it stay.
 */
export function MonacoDiff({ module, before, after, label, live = false, onReady }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const shown = useRef<Shown | null>(null);
  const latest = useRef({ before, after, onReady });
  latest.current = { before, after, onReady };
  const compare = before !== null && (live || before !== after);

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
    const { before, after } = latest.current;
    const model = monaco.editor.createModel(after, VIEWED);
    if (!compare) {
      const editor = monaco.editor.create(element, { ...options, model });
      shown.current = { model, original: null, reveal: () => {} };
      const stop = fitHeight(element, () => false, editor);
      latest.current.onReady();
      return () => disposeAll(stop, editor, model);
    }
    const original = monaco.editor.createModel(before!, VIEWED);
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
    let wanted: number | null = null;
    let folded = false;
    let folding: ReturnType<typeof setTimeout> | undefined;
    // The editor of differences forgets the names of its two sides whenever it adjusts their options.
    editor.onDidUpdateDiff(() => {
      latest.current.onReady();
      editor.getOriginalEditor().updateOptions({ ariaLabel: `${label}, before` });
      editor.getModifiedEditor().updateOptions({ ariaLabel: `${label}, after` });
      // Before the comparison the line may still be folded away among equal ones.
      if (wanted !== null) editor.getModifiedEditor().revealLineInCenterIfOutsideViewport(wanted);
      wanted = null;
      folding ??= setTimeout(() => {
        folded = true;
      }, FOLDING);
    });
    shown.current = {
      model,
      original,
      reveal: (line) => {
        wanted = line;
      },
    };
    const sides = [editor.getModifiedEditor(), editor.getOriginalEditor()];
    const stop = fitHeight(element, () => live && folded, ...sides);
    return () => {
      clearTimeout(folding);
      disposeAll(stop, editor, model, original);
    };
  }, [module, compare, label, live]);

  useEffect(() => {
    const { model, original, reveal } = shown.current!;
    if (original && before !== null) change(module.monaco, original, before);
    const line = changedLine(model.getValue(), after);
    change(module.monaco, model, after);
    if (line !== null) reveal(line);
  }, [module, before, after]);

  return <div ref={frame} className="monaco-frame" />;
}

/** Makes a model's text another one by the shortest edit, so that nothing else in the editor moves. */
function change(monaco: Monaco, model: Model, text: string): void {
  const old = model.getValue();
  const edit = textChange(old, text);
  if (!edit) return;
  const from = model.getPositionAt(edit.start);
  const to = model.getPositionAt(edit.end);
  model.applyEdits([{ range: monaco.Range.fromPositions(from, to), text: edit.inserted }]);
  // Line ends may be joined by the editor; then nothing less than the whole text will do.
  if (model.getValue() !== text) model.setValue(text);
}

interface Sized {
  getContentHeight(): number;
  onDidContentSizeChange(listener: () => void): { dispose(): void };
}

/**
 * Makes the frame as tall as its text, within reason, so that the page has one scroll bar and not two. While a
 * text is written the frame only grows: what stands below it shall not jump.
 */
function fitHeight(
  element: HTMLElement,
  onlyGrows: () => boolean,
  ...editors: readonly Sized[]
): () => void {
  let tallest = 0;
  const adjust = () => {
    const height = Math.max(...editors.map((editor) => editor.getContentHeight()));
    tallest = Math.min(TALLEST, onlyGrows() ? Math.max(tallest, height) : height);
    element.style.height = `${tallest}px`;
  };
  adjust();
  const subscriptions = editors.map((editor) => editor.onDidContentSizeChange(adjust));
  return () => subscriptions.forEach((subscription) => void subscription.dispose());
}

function disposeAll(stop: () => void, ...things: readonly { dispose(): void }[]): void {
  stop();
  for (const thing of things) thing.dispose();
}
