/** Whether the visitor sees this tab: browsers slow down the ones that nobody looks at. */
export interface Visibility {
  hidden(): boolean;
  /** Resolves at once when the tab can be seen, or else as soon as it can. */
  untilVisible(): Promise<void>;
  /** `seen` resolves when the tab is hidden from now on; `stop` ends the watch. */
  onceHidden(): { readonly seen: Promise<void>; stop(): void };
}

export function pageVisibility(page: Document): Visibility {
  const once = (wanted: boolean) => {
    let stop = () => {};
    const seen = new Promise<void>((resolve) => {
      const look = () => {
        if (page.hidden === wanted) resolve();
      };
      look();
      page.addEventListener('visibilitychange', look);
      stop = () => page.removeEventListener('visibilitychange', look);
    });
    return { seen, stop };
  };
  return {
    hidden: () => page.hidden,
    untilVisible: () => {
      const { seen, stop } = once(false);
      return seen.finally(stop);
    },
    onceHidden: () => once(true),
  };
}
