import { useEffect, useRef } from 'react';
import type { MonacoModule } from './load';

interface Props {
  readonly module: MonacoModule;
  readonly file: string;
  readonly text: string;
  onChange(text: string): void;
}

/** A file of a program to be edited, checked against the real declarations of 'loopy' while one types. */
export function MonacoEdit({ module, file, text, onChange }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const initial = useRef(text);
  const report = useRef(onChange);
  initial.current = text;
  report.current = onChange;

  useEffect(() => {
    const element = frame.current!;
    const { monaco, SHARED_OPTIONS } = module;
    const model = monaco.editor.createModel(
      initial.current,
      'typescript',
      monaco.Uri.parse(`file:///edit/${file}`),
    );
    const editor = monaco.editor.create(element, {
      ...SHARED_OPTIONS,
      model,
      ariaLabel: `${file}, your edit. Control M lets Tab leave the editor.`,
      renderLineHighlight: 'line',
      fontFamily: getComputedStyle(element).fontFamily,
    });
    const changes = model.onDidChangeContent(() => report.current(model.getValue()));
    return () => {
      changes.dispose();
      editor.dispose();
      model.dispose();
    };
  }, [module, file]);

  return <div ref={frame} className="monaco-frame editing" />;
}
