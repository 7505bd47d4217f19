import { useEffect, useState } from 'react';

export type MonacoModule = typeof import('./monaco');

/** The editor for looking at programs. */
export const viewer = (): Promise<MonacoModule> => import('./monaco');

/** The editor with TypeScript's own language service, for writing. */
export async function writer(): Promise<MonacoModule> {
  const [monaco] = await Promise.all([viewer(), import('./language')]);
  return monaco;
}

/**
 * The editor once it is there, or null; until then, and where it cannot be had (offline), the plain text
 * stays. Fetching begins when `wanted` turns true.
 */
export function useMonaco(load: () => Promise<MonacoModule>, wanted: boolean): MonacoModule | null {
  const [loaded, setLoaded] = useState<MonacoModule | null>(null);
  useEffect(() => {
    if (!wanted) return;
    let mounted = true;
    load().then(
      (module) => mounted && setLoaded(module),
      () => {},
    );
    return () => {
      mounted = false;
    };
  }, [load, wanted]);
  return loaded;
}

/** True from the moment that an element comes near the screen. */
export function useNear(element: React.RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        setNear(true);
        observer.disconnect();
      },
      { rootMargin: '150px' },
    );
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return near;
}
