import { useState } from 'react';
import { useLab } from '../../use-lab';

const LONGEST_MESSAGE = 2000;

/** A word to one member, which it reads before it goes on. */
export function MessageField({ id, title }: { readonly id: string; readonly title: string }) {
  const lab = useLab();
  const [text, setText] = useState('');
  return (
    <form
      className="message-field"
      onSubmit={(event) => {
        event.preventDefault();
        const message = text.trim();
        if (message === '') return;
        lab.team.tell(id, message);
        setText('');
      }}
    >
      <input
        className="input"
        aria-label={`A message to ${title}`}
        placeholder={`A word to ${title}`}
        maxLength={LONGEST_MESSAGE}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button" disabled={text.trim() === ''}>
        Send
      </button>
    </form>
  );
}
