/** The colours of style.css, which a canvas can't look up by itself. */
import { PALETTE } from '../lines.js';

export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly gap: string;
  readonly weekend: string;
  readonly surface: string;
  readonly bad: string;
  readonly font: string;
  readonly lines: readonly string[];
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read('text'),
    muted: read('muted'),
    grid: read('grid'),
    gap: read('gap'),
    weekend: read('weekend'),
    surface: read('surface'),
    bad: read('bad'),
    font: `11px ${getComputedStyle(document.body).fontFamily}`,
    lines: Array.from({ length: PALETTE }, (_, index) => read(`line-${index}`)),
  };
}

export function withAlpha(colour: string, alpha: number): string {
  return (
    colour +
    Math.round(alpha * 255)
      .toString(16)
      .padStart(2, '0')
  );
}
