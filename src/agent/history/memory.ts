import type { History, StudyEvent } from '../study';
import { checkAppend, entryOf, newestFirst } from './rules';

/** A history that lives as long as the page: for tests, and where no storage is allowed. */
export function createMemoryHistory(): History {
  const logs = new Map<string, StudyEvent[]>();
  return {
    async append(study, event, position) {
      const log = logs.get(study) ?? [];
      checkAppend(study, log.length, event, position);
      log.push(structuredClone(event));
      logs.set(study, log);
    },
    async events(study) {
      return structuredClone(logs.get(study) ?? []);
    },
    async studies() {
      return newestFirst(
        [...logs.values()].flatMap((log) =>
          log[0]?.type === 'study-created' ? [entryOf(log[0])] : [],
        ),
      );
    },
    async remove(study) {
      logs.delete(study);
    },
  };
}
