import { createIndexedDbHistory } from '../../agent/history/indexed-db';
import { createIndexedDbDesks } from '../../agent/researchers/claude/desks/indexed-db';
import { withDesks } from '../../agent/researchers/claude/desks/store';
import { indexedDbCorpora } from '../../model/tasks/stores/indexeddb';
import { Absences } from './absences';
import { Bench } from './bench';
import { LabController } from './controller';
import { approvalsOn, keptDraftsOn } from './kept';
import { historyOrMemory } from './kept-history';
import { readSettings } from './settings';
import { deviceShelf, tabShelf, withShelves } from './study-shelf';
import { browserTabLock } from './tab-lock';
import { taskOf } from './tasks';
import { typesInPage } from './types-in-page';
import { pageVisibility } from './visibility';
import { connectTrialWorker } from './worker-link';

/** The lab of this page, with the browser's own storage, worker and locks. */
export function createLab(): LabController {
  const approvals = approvalsOn(deviceShelf());
  const corpora = indexedDbCorpora();
  const bench = new Bench({
    connect: connectTrialWorker,
    visibility: pageVisibility(document),
    onWaiting: (waiting) => lab.showWaiting(waiting),
  });
  const lab: LabController = new LabController({
    history: withShelves(
      withDesks(
        historyOrMemory(createIndexedDbHistory(), (reason) => lab.showVolatile(reason)),
        createIndexedDbDesks(),
      ),
      [approvals, keptDraftsOn(tabShelf())],
    ),
    approvals,
    absences: new Absences(deviceShelf()),
    bench,
    loadLoop: () => import('./loop'),
    settings: readSettings(location.search),
    lock: browserTabLock(navigator.locks),
    taskOf: (setup) => taskOf(setup, corpora),
    types: typesInPage(),
    mayMove: () => !matchMedia('(prefers-reduced-motion: reduce)').matches,
  });
  return lab;
}
