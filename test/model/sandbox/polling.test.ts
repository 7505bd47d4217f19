import { expect, it } from 'vitest';
import { loadEngine } from '../../../src/model/sandbox/engine';
import { SANDBOX_LIMITS } from '../../../src/model/sandbox/limits';
import { Deadline, Realm } from '../../../src/model/sandbox/realm';

class CountingDeadline extends Deadline {
  asked = 0;
  override get passed(): boolean {
    this.asked++;
    return false;
  }
}

it('QuickJS asks about the deadline often, so that a slow step cannot be repeated long', async () => {
  const deadline = new CountingDeadline(1);
  const quickjs = await (await loadEngine())();
  const realm = new Realm(quickjs, { limits: SANDBOX_LIMITS, deadline, files: new Map() });
  const before = deadline.asked;
  realm.evaluate('for (let i = 0; i < 20000; i++);', 'loop');
  expect(deadline.asked - before).toBeGreaterThan(100);
});
