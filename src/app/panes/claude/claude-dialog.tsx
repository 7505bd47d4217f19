import { useEffect, useRef, useState } from 'react';
import type { ClaudeDesk, ClaudeState } from '../../claude/desk';
import type { ListedModel } from '../../claude/look';
import type { ClaudeSettings } from '../../claude/settings';
import { CapFields } from './cap-fields';
import { PriceTable } from './price-table';
import { ServerFields } from './server-fields';
import { TeamFields } from './team-fields';
import { unpriced } from './unpriced';
import '../setup-dialog.css';
import './claude-dialog.css';

interface Props {
  readonly desk: ClaudeDesk;
  readonly state: ClaudeState;
  onClose(): void;
}

/** Where Claude is, with whose key, who of it works here, and what it may cost. */
export function ClaudeDialog({ desk, state, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [settings, setSettings] = useState(state.settings);
  const [models, setModels] = useState<readonly ListedModel[] | null>(null);
  const [remember, setRemember] = useState(state.remembered);
  const change = (part: Partial<ClaudeSettings>) => setSettings((all) => ({ ...all, ...part }));
  useEffect(() => dialog.current?.showModal(), []);

  const connected = (listed: readonly ListedModel[] | null) => {
    setModels(listed);
    if (!listed) return;
    setSettings((all) => ({ ...all, ...stillThere(all, listed) }));
  };
  const unknown = models ? unpriced(settings) : [];
  const capless = unknown.length > 0 && settings.caps.dollars !== undefined;
  const bring = () => {
    onClose();
    void desk.bring(settings, remember);
  };

  return (
    <dialog ref={dialog} className="setup" aria-labelledby="claude-heading" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (models && !capless) bring();
        }}
      >
        <div className="claude-intro">
          <h2 id="claude-heading">Bring Claude</h2>
          <p className="caption">
            The lab works without. With a key of your own, Claude reads the program, edits it and
            proposes experiments in the local search’s place.
          </p>
        </div>
        <ServerFields
          desk={desk}
          state={state}
          baseURL={settings.baseURL}
          onAddress={(baseURL) => {
            change({ baseURL });
            setModels(null);
          }}
          onConnected={connected}
        />
        {models && (
          <>
            <label className="claude-check">
              <input
                type="checkbox"
                checked={remember}
                onChange={(event) => setRemember(event.target.checked)}
              />
              <span>
                <span className="setup-title">Remember the key on this device</span>
                <span className="caption">
                  It is then kept, readable, in this browser’s storage: whoever can use this browser
                  profile can use the key. Otherwise it is gone when this tab is closed or loaded
                  again.
                </span>
              </span>
            </label>
            <TeamFields models={models} settings={settings} onChange={change} />
            <CapFields caps={settings.caps} onChange={(caps) => change({ caps })} />
            {capless && (
              <p className="claude-problem" role="status">
                A cap on money needs prices, and that of {unknown.join(' and ')} is not known: fill
                it in below, or empty the cap on money and cap tokens.
              </p>
            )}
            <PriceTable models={models} settings={settings} onChange={change} />
          </>
        )}
        <div className="setup-actions">
          {state.keyFor !== null && (
            <button
              type="button"
              className="button quiet danger"
              onClick={() => {
                setModels(null);
                setRemember(false);
                void desk.forget();
              }}
            >
              Forget the key
            </button>
          )}
          {state.stage === 'here' && (
            <button
              type="button"
              className="button"
              onClick={() => {
                onClose();
                void desk.sendAway();
              }}
            >
              Send Claude away
            </button>
          )}
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={!models || capless}>
            {state.stage === 'here' ? 'Use these' : 'Bring Claude'}
          </button>
        </div>
      </form>
    </dialog>
  );
}

/** Models that were chosen before, as far as they are listed still. */
function stillThere({ model, roleModel }: ClaudeSettings, listed: readonly ListedModel[]) {
  if (listed.length === 0) return {};
  const has = (wanted: string) => listed.some(({ id }) => id === wanted);
  const first = listed.find(({ id }) => id.includes('sonnet')) ?? listed[0]!;
  return { model: has(model) ? model : first.id, roleModel: has(roleModel) ? roleModel : '' };
}
