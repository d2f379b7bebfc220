/** The charts by keyboard: the cursor is a slider along the time, which a screen reader reads out as it moves. */

export interface KeyEvents {
  /** @returns how many buckets there are, and where the cursor stands. */
  position(): { readonly count: number; readonly index: number | null };
  onPoint(index: number | null): void;
  /** @param factor below 1 shows less time, above it more */
  onZoom(factor: number): void;
}

export function bindKeys(slider: HTMLElement, { position, onPoint, onZoom }: KeyEvents): void {
  slider.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { count, index } = position();
    const last = count - 1;
    const page = Math.max(1, Math.round(count / 10));
    const move = (by: number) => onPoint(index === null ? last : Math.min(Math.max(index + by, 0), last));
    const actions: Record<string, () => void> = {
      ArrowLeft: () => move(-1),
      ArrowDown: () => move(-1),
      ArrowRight: () => move(1),
      ArrowUp: () => move(1),
      PageDown: () => move(-page),
      PageUp: () => move(page),
      Home: () => onPoint(0),
      End: () => onPoint(last),
      Escape: () => onPoint(null),
      '+': () => onZoom(0.5),
      '=': () => onZoom(0.5),
      '-': () => onZoom(2),
    };
    const action = actions[event.key];
    if (action === undefined || count === 0) return;
    event.preventDefault();
    action();
  });
  slider.addEventListener('blur', () => onPoint(null));
}
