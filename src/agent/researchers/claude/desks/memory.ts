import type { DeskStore } from './store';

/** Desks that live as long as the page: for tests, and where no storage is allowed. */
export function createMemoryDesks(): DeskStore {
  const studies = new Map<string, Map<string, string>>();
  return {
    load: async (study, name) => studies.get(study)?.get(name) ?? null,
    async save(study, name, json) {
      studies.set(study, (studies.get(study) ?? new Map()).set(name, json));
    },
    async remove(study, name) {
      if (name === undefined) studies.delete(study);
      else studies.get(study)?.delete(name);
    },
  };
}
