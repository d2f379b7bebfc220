import { DEFAULT_ALERTS } from './settings.js';

/**
 * The page about a rule, docs/alerts/<rule>.md, as the dashboard shows it.
 * @param dashboard how readers reach the dashboard
 * @returns `undefined` for own rules, and where nobody said how it is reached
 */
export function runbookOf(rule: string, dashboard: string | undefined): string | undefined {
  if (dashboard === undefined || !(rule in DEFAULT_ALERTS)) return undefined;
  return new URL(`runbook-${rule}.html`, dashboard.endsWith('/') ? dashboard : `${dashboard}/`).href;
}
