/** What a chart takes from the page's custom properties, for drawing on a canvas. */
export interface ChartTheme {
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly accent: string;
  readonly paper: string;
  /** Family and size for the labels inside a chart. */
  readonly font: string;
}

export function readTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element);
  const property = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: property('--ink'),
    soft: property('--ink-soft'),
    rule: property('--rule'),
    accent: property('--accent'),
    paper: property('--paper'),
    font: `12px ${property('--sans')}`,
  };
}

/** Calls back when the visitor's system turns light or dark; returns how to stop that. */
export function onThemeChange(listener: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
