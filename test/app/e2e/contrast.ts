import type { Page } from 'playwright';

export interface FaintText {
  readonly text: string;
  readonly ratio: number;
}

/**
 * Texts of the page whose contrast with what lies behind them is under `least` : 1, by the formula of
 * WCAG 2.2 (relative luminance). Text of controls that are switched off is left out, as WCAG does.
 */
export function faintTexts(page: Page, least: number): Promise<FaintText[]> {
  return page.evaluate((least) => {
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    /** What a stack of colours looks like, from the lowest up. */
    const paint = (colors: readonly string[]) => {
      context.clearRect(0, 0, 1, 1);
      for (const color of colors) {
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
      }
      return context.getImageData(0, 0, 1, 1).data;
    };
    const luminance = ([r, g, b]: Uint8ClampedArray) => {
      const linear = (value: number) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * linear(r!) + 0.7152 * linear(g!) + 0.0722 * linear(b!);
    };
    const faint: { text: string; ratio: number }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent!.trim();
      const element = node.parentElement!;
      if (text === '' || !element.checkVisibility() || element.closest('.unseen, script, title')) {
        continue;
      }
      if (element.closest('button:disabled')) continue;
      const behind: string[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        behind.unshift(getComputedStyle(at).backgroundColor);
      }
      const style = getComputedStyle(element);
      const color = element instanceof SVGElement ? style.fill : style.color;
      const back = luminance(paint(['white', ...behind]));
      const front = luminance(paint(['white', ...behind, color]));
      const ratio = (Math.max(back, front) + 0.05) / (Math.min(back, front) + 0.05);
      if (ratio < least) faint.push({ text: text.slice(0, 60), ratio });
    }
    return faint;
  }, least);
}
