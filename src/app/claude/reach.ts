/** Milliseconds in which a browser has said what it held back. */
const REPORT = 500;

/**
 * Whether anything answers at this address, though no page may read it. A page that is cross-origin isolated
 * is refused such an answer like no answer at all; that it was refused for its headers is reported apart.
 */
export async function answers(baseURL: string, signal: AbortSignal): Promise<boolean> {
  const url = new URL(baseURL);
  // So that no earlier report is taken for this one's.
  url.search = `reach=${crypto.randomUUID()}`;
  const held = heldBack(url.href);
  try {
    await fetch(url, { mode: 'no-cors', credentials: 'omit', redirect: 'follow', signal });
    return true;
  } catch {
    return await held.seen();
  } finally {
    held.stop();
  }
}

function heldBack(url: string): { seen(): Promise<boolean>; stop(): void } {
  if (typeof ReportingObserver === 'undefined') return { seen: async () => false, stop: () => {} };
  let heard = () => {};
  const reported = new Promise<boolean>((resolve) => {
    heard = () => resolve(true);
  });
  const observer = new ReportingObserver(
    (reports) => {
      // Only as JSON does the body tell its fields.
      const named = reports.some((report) => JSON.stringify(report).includes(JSON.stringify(url)));
      if (named) heard();
    },
    { types: ['coep'], buffered: true },
  );
  observer.observe();
  const late = () =>
    new Promise<boolean>((resolve) => {
      setTimeout(resolve, REPORT, false);
    });
  return { seen: () => Promise.race([reported, late()]), stop: () => observer.disconnect() };
}
