import type { Caps } from '../../../agent/researchers/claude/caps';

interface Props {
  readonly caps: Caps;
  onChange(caps: Caps): void;
}

const FIELDS = [
  { name: 'dollars', label: 'Dollars', step: 'any', min: 0.01 },
  { name: 'tokens', label: 'Tokens', step: '1000', min: 1000 },
  { name: 'experiments', label: 'Experiments', step: '1', min: 1 },
  { name: 'hours', label: 'Hours', step: 'any', min: 0.1 },
] as const;

/** Each ends the study gently; an empty one holds nothing back. */
export function CapFields({ caps, onChange }: Props) {
  const set = (name: keyof Caps, value: number) => {
    const { [name]: _, ...rest } = caps;
    onChange(Number.isFinite(value) && value > 0 ? { ...rest, [name]: value } : rest);
  };
  return (
    <fieldset className="claude-caps">
      <legend>The study ends at</legend>
      {FIELDS.map(({ name, label, step, min }) => (
        <div className="field" key={name}>
          <label htmlFor={`claude-cap-${name}`}>{label}</label>
          <input
            id={`claude-cap-${name}`}
            className="input number"
            type="number"
            min={min}
            step={step}
            placeholder="no cap"
            defaultValue={caps[name] ?? ''}
            onChange={(event) => set(name, event.target.valueAsNumber)}
          />
        </div>
      ))}
      <p className="caption claude-wide">
        For all of Claude together, on each study. The last reply may go a little beyond a cap. At
        the first one that is reached, Claude stops and the study can still be gone on with.
      </p>
    </fieldset>
  );
}
