/** Whether the visitor sees this tab: browsers slow down the ones that nobody looks at. */
export interface Visibility {
  hidden(): boolean;
  /** Resolves at once when the tab can be seen, or else as soon as it can. */
  untilVisible(): Promise<void>;
  /** `happened` resolves as soon as the tab is hidden; `stop` ends the watch. */
  onceHidden(): { readonly happened: Promise<void>; stop(): void };
}

export function pageVisibility(page: Document): Visibility {
  const once = (wanted: boolean) => {
    let stop = () => {};
    const happened = new Promise<void>((resolve) => {
      const look = () => {
        if (page.hidden === wanted) resolve();
      };
      look();
      page.addEventListener('visibilitychange', look);
      stop = () => page.removeEventListener('visibilitychange', look);
    });
    return { happened, stop };
  };
  return {
    hidden: () => page.hidden,
    untilVisible: () => {
      const { happened, stop } = once(false);
      return happened.finally(stop);
    },
    onceHidden: () => once(true),
  };
}
