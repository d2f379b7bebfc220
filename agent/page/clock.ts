/** The time of the agent's host: the clock of the desk where the page is read may be another. */
let ahead = 0;

export function setClock(now: number): void {
  ahead = now - Date.now();
}

export function now(): number {
  return Date.now() + ahead;
}
