import { useState } from 'react';
import { formatBytes } from '../format';

export interface OwnText {
  readonly name: string;
  readonly text: string;
}

/** Less than this cannot be split into a training, a validation and a test part that mean anything. */
export const FEWEST_CHARACTERS = 2000;
const MOST_BYTES = 20_000_000;

interface Props {
  readonly value: OwnText | null;
  onChange(value: OwnText | null): void;
}

/** A text of the visitor's own: dropped, picked or pasted. */
export function OwnTextField({ value, onChange }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const [pasted, setPasted] = useState('');
  const [over, setOver] = useState(false);

  const take = (name: string, text: string) => {
    const refusal = refusalOf(text);
    setProblem(refusal);
    onChange(refusal ? null : { name, text });
  };
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      setProblem(
        `${file.name} has ${formatBytes(file.size)}; the most is ${formatBytes(MOST_BYTES)}.`,
      );
      return;
    }
    take(file.name, await file.text());
  };

  return (
    <fieldset
      className={`own-text${over ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void read(event.dataTransfer.files[0]);
      }}
    >
      <div className="field">
        <label htmlFor="own-file">Drop a text file here, or choose one</label>
        <input
          id="own-file"
          type="file"
          accept="text/*,.txt,.md,.csv,.json,.ts,.js,.py"
          onChange={(event) => void read(event.target.files?.[0])}
        />
      </div>
      <div className="field">
        <label htmlFor="own-paste">or paste one</label>
        <textarea
          id="own-paste"
          className="input"
          rows={4}
          spellCheck={false}
          value={pasted}
          onChange={(event) => {
            setPasted(event.target.value);
            take('pasted text', event.target.value);
          }}
        />
      </div>
      <p className={problem ? 'own-problem' : 'caption'} role="status">
        {problem ??
          (value
            ? `${value.name}: ${formatBytes(new TextEncoder().encode(value.text).length)}`
            : 'Some tens of kilobytes are a good start.')}
      </p>
    </fieldset>
  );
}

function refusalOf(text: string): string | null {
  if (text.includes('\u0000')) return 'This is not a text: it holds zero bytes.';
  if (text.length < FEWEST_CHARACTERS) {
    return `That is ${text.length} characters; a model needs at least ${FEWEST_CHARACTERS} to learn from.`;
  }
  return null;
}
