import { useState } from 'react';
import { PROGRAM_FILES, type ProgramSource } from '../../model/programs/program';
import { useMonaco, writer } from '../editor/load';
import { MonacoEdit } from '../editor/monaco-edit';
import { type FileKey, FileTabs } from './file-tabs';

interface Props {
  readonly program: ProgramSource;
  onChange(program: ProgramSource): void;
}

/** The files of a program, to be written: in the editor as soon as it is there, as plain text until then. */
export function ProgramEditor({ program, onChange }: Props) {
  const module = useMonaco(writer, true);
  const [key, setKey] = useState<FileKey>('model');
  const { file } = PROGRAM_FILES.find((candidate) => candidate.key === key)!;
  const change = (text: string) => onChange({ ...program, [key]: text });
  return (
    <>
      <FileTabs current={key} onPick={setKey} />
      <div className="code-frame" role="tabpanel" id="program-file" aria-label={file}>
        {module ? (
          <MonacoEdit key={key} module={module} file={file} text={program[key]} onChange={change} />
        ) : (
          <textarea
            className="plain-edit"
            aria-label={`${file}, your edit`}
            spellCheck={false}
            value={program[key]}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </div>
    </>
  );
}

/** Whether any file of a program is another. */
export function differs(a: ProgramSource, b: ProgramSource): boolean {
  return PROGRAM_FILES.some(({ key }) => a[key] !== b[key]);
}

interface HypothesisProps {
  readonly value: string;
  readonly label: string;
  readonly required?: boolean;
  onChange(value: string): void;
}

/** What a person expects of an edit: the hypothesis of its experiment. */
export function HypothesisField({ value, label, required = true, onChange }: HypothesisProps) {
  return (
    <div className="field program-hypothesis">
      <label htmlFor="hypothesis">{label}</label>
      <input
        id="hypothesis"
        className="input"
        required={required}
        maxLength={300}
        placeholder="Two layers can copy a name that was seen before; one cannot."
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
