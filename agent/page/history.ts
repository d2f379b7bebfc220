/** The choice in the address, where the browser's back and a link in a chat find it. */
import { type Choice, complaintOf, readChoice, writeChoice } from './period.js';

interface Entry {
  /** How many choices were made on this page before: 0 has no way back within it. */
  readonly depth: number;
}

export function currentChoice(): Choice {
  return readChoice(location.search);
}

/** What the address asks for in vain, in a sentence. */
export function currentComplaint(): string | undefined {
  return complaintOf(location.search);
}

export function choose(choice: Choice): void {
  const search = writeChoice(choice);
  if (search === location.search) return;
  window.history.pushState({ depth: depth() + 1 } satisfies Entry, '', search);
}

/** @returns whether there was a choice to go back to */
export function goBack(): boolean {
  if (depth() === 0) return false;
  window.history.back();
  return true;
}

export function onReturn(listener: () => void): void {
  addEventListener('popstate', listener);
}

function depth(): number {
  return (window.history.state as Entry | null)?.depth ?? 0;
}
