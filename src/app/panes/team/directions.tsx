import { useState } from 'react';
import type { Direction } from '../../../agent/team/view';
import { useLab } from '../../use-lab';

const LONGEST_DIRECTION = 300;

/** What researchers are asked to pursue: a person's pins first, the director's list below. */
export function Directions({ directions }: { readonly directions: readonly Direction[] }) {
  const pinned = directions.filter((direction) => direction.pinned);
  const drawnUp = directions.filter((direction) => !direction.pinned);
  return (
    <section className="directions" aria-labelledby="directions-heading">
      <h2 id="directions-heading">Directions</h2>
      {directions.length === 0 && (
        <p className="caption">None: each researcher pursues what it finds most promising.</p>
      )}
      {pinned.length > 0 && <List of={pinned} />}
      {drawnUp.length > 0 && (
        <>
          <p className="caption">The director suggests</p>
          <List of={drawnUp} />
        </>
      )}
      <PinField />
    </section>
  );
}

function List({ of }: { readonly of: readonly Direction[] }) {
  const lab = useLab();
  return (
    <ul>
      {of.map(({ id, text, pinned }) => (
        <li key={id}>
          <span>{text}</span>
          <button
            type="button"
            className="button quiet"
            aria-label={pinned ? `Take away: ${text}` : `Pin: ${text}`}
            onClick={() => (pinned ? lab.team.unpin(id) : lab.team.pin(text))}
          >
            {pinned ? 'Take away' : 'Pin'}
          </button>
        </li>
      ))}
    </ul>
  );
}

function PinField() {
  const lab = useLab();
  const [text, setText] = useState('');
  return (
    <form
      className="message-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '') return;
        lab.team.pin(text.trim());
        setText('');
      }}
    >
      <input
        className="input"
        aria-label="A direction to pursue"
        placeholder="Another learning-rate schedule"
        maxLength={LONGEST_DIRECTION}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button" disabled={text.trim() === ''}>
        Pin
      </button>
    </form>
  );
}
