import { create, setText } from '../element.js';
import type { Look } from '../lines.js';
import type { Reading } from './readout.js';

/** What lines a chart has: each can be switched on and off where there is more than one, and says its value. */
export class Legend {
  readonly #place: HTMLElement;
  readonly #onToggle: (key: string) => void;
  readonly #values = new Map<string, { readonly mean: HTMLElement; readonly band: HTMLElement }>();
  #shape = '';

  constructor(place: HTMLElement, onToggle: (key: string) => void) {
    this.#place = place;
    this.#onToggle = onToggle;
  }

  /** Built again only where something has changed: whoever has the focus on it keeps it. */
  show(looks: readonly Look[], isShown: (look: Look) => boolean): void {
    const shape = looks.map(({ key }) => key).join('\n');
    if (shape !== this.#shape) this.#build(looks);
    this.#shape = shape;
    for (const look of looks) {
      const item = this.#place.querySelector<HTMLElement>(`[data-key="${CSS.escape(look.key)}"]`);
      item?.querySelector('button')?.setAttribute('aria-pressed', String(isShown(look)));
      item?.classList.toggle('off', !isShown(look));
    }
  }

  setReading(key: string, { mean, band }: Reading): void {
    const place = this.#values.get(key);
    if (place === undefined) return;
    setText(place.mean, mean);
    setText(place.band, band);
  }

  #build(looks: readonly Look[]): void {
    this.#values.clear();
    const items = looks.map((look) => {
      const item = create('li');
      item.dataset.key = look.key;
      const label = create(looks.length > 1 ? 'button' : 'span', 'label');
      const swatch = create('i', 'swatch');
      swatch.dataset.colour = look.key.startsWith('ghost:') ? 'ghost' : String(look.colour);
      swatch.dataset.dash = look.dash?.join(' ') ?? '';
      swatch.setAttribute('aria-hidden', 'true');
      label.append(swatch, look.label);
      if (label instanceof HTMLButtonElement) {
        label.type = 'button';
        label.addEventListener('click', () => this.#onToggle(look.key));
      }
      const mean = create('span', 'value');
      const band = create('span', 'band');
      this.#values.set(look.key, { mean, band });
      item.append(label, mean, band);
      return item;
    });
    this.#place.replaceChildren(...items);
  }
}
