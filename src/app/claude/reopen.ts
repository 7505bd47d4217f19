const ENTRY = 'loopy-lab:open-claude';

/** The dialog is to be open again after the load that comes now. */
export function askForDialog(): void {
  try {
    sessionStorage.setItem(ENTRY, '1');
  } catch {
    // It then has to be opened by hand.
  }
}

/** Whether the load before this one asked for the dialog; says so once. */
export function dialogWasAskedFor(): boolean {
  try {
    const asked = sessionStorage.getItem(ENTRY) !== null;
    // Not at once: a strict render asks twice.
    setTimeout(() => sessionStorage.removeItem(ENTRY));
    return asked;
  } catch {
    return false;
  }
}
