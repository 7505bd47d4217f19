import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Lab, LabSnapshot } from './lab/lab';

export const LabContext = createContext<Lab | null>(null);

/** The lab, to send it commands. */
export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (!lab) throw new Error('useLab needs a LabContext above it');
  return lab;
}

/**
 * One part of the lab's state; the component renders again only when that part changes. `select` must
 * return something that the snapshot holds, or a primitive, never a new object.
 */
export function useLabState<T>(select: (snapshot: LabSnapshot) => T): T {
  const lab = useLab();
  const get = () => select(lab.getSnapshot());
  return useSyncExternalStore(lab.subscribe, get, get);
}
