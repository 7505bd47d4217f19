import type { ListedModel } from '../../claude/look';
import { type ClaudeSettings, MOST_RESEARCHERS } from '../../claude/settings';

interface Props {
  readonly models: readonly ListedModel[];
  readonly settings: ClaudeSettings;
  onChange(part: Partial<ClaudeSettings>): void;
}

const COUNTS = Array.from({ length: MOST_RESEARCHERS }, (_, i) => i + 1);

/** Who of Claude works here, and as which model. */
export function TeamFields({ models, settings, onChange }: Props) {
  const { model, roleModel, researchers, critic, director } = settings;
  return (
    <fieldset className="claude-team">
      <legend>Who works here</legend>
      <ModelField
        id="claude-model"
        label="Model"
        models={models}
        value={model}
        onChange={(model) => onChange({ model })}
      />
      <div className="field">
        <label htmlFor="claude-count">Researchers that think at the same time</label>
        <select
          id="claude-count"
          className="input claude-count"
          value={researchers}
          onChange={(event) => onChange({ researchers: Number(event.target.value) })}
        >
          {COUNTS.map((count) => (
            <option key={count}>{count}</option>
          ))}
        </select>
      </div>
      <Role
        title="A critic"
        about="reads each proposal before a trial is spent on it, and writes down what the evidence taught."
        on={critic}
        onChange={(critic) => onChange({ critic })}
      />
      <Role
        title="A director"
        about="turns the brief and the history into directions for the researchers."
        on={director}
        onChange={(director) => onChange({ director })}
      />
      {(critic || director) && (
        <ModelField
          id="claude-role-model"
          label="Their model"
          same="The researchers’ model"
          models={models}
          value={roleModel}
          onChange={(roleModel) => onChange({ roleModel })}
        />
      )}
    </fieldset>
  );
}

interface RoleProps {
  readonly title: string;
  readonly about: string;
  readonly on: boolean;
  onChange(on: boolean): void;
}

function Role({ title, about, on, onChange }: RoleProps) {
  return (
    <label className="claude-check">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      <span>
        <span className="setup-title">{title}</span> <span className="caption">{about}</span>
      </span>
    </label>
  );
}

interface ModelProps {
  readonly id: string;
  readonly label: string;
  /** What an empty choice stands for, where it is one. */
  readonly same?: string;
  readonly models: readonly ListedModel[];
  readonly value: string;
  onChange(id: string): void;
}

function ModelField({ id, label, same, models, value, onChange }: ModelProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {models.length === 0 ? (
        <input
          id={id}
          className="input"
          autoComplete="off"
          spellCheck={false}
          required={same === undefined}
          maxLength={200}
          placeholder={same ?? 'as the server calls it'}
          value={value}
          onChange={(event) => onChange(event.target.value.trim())}
        />
      ) : (
        <select
          id={id}
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          {same !== undefined && <option value="">{same}</option>}
          {models.map(({ id, name }) => (
            <option key={id} value={id}>
              {name === id ? id : `${name} (${id})`}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
