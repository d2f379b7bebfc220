import type { Cycle } from '../api.js';
import { byId, setText } from '../element.js';
import { CHARTS, type ChartKind, type Look } from '../lines.js';
import { type Range, writeChoice } from '../period.js';
import { frameOf, hasBands, linesOf, type View } from '../view.js';
import { Chart } from './chart.js';
import type { Frame, Line } from './frame.js';
import { bindKeys } from './keys.js';
import { Legend } from './legend.js';
import { showMarks } from './marks.js';
import { type At, cursorOf, describe, headline, readLine } from './readout.js';

export interface BoardEvents {
  onSelect(range: Range): void;
  onBack(): void;
  /** @param centre of the zoom, in time; `undefined` where there is no cursor */
  onZoom(factor: number, centre: number | undefined): void;
}

interface Panel {
  readonly kind: ChartKind;
  readonly figure: HTMLElement;
  readonly chart: Chart;
  readonly legend: Legend;
  lines: readonly Line[];
  frame: Frame | undefined;
}

/** The charts one below the other, with one cursor, one axis of time and one readout. */
export class Board {
  readonly #slider = byId('plot-connections');
  readonly #readout = byId('readout');
  readonly #panels: readonly Panel[];
  /** What somebody has switched, by key. */
  readonly #switched = new Map<string, boolean>();
  #view: View | undefined;
  #latest: Cycle | undefined;
  #index: number | null = null;

  constructor({ onSelect, onBack, onZoom }: BoardEvents) {
    const events = { onSelect, onBack, onMove: (index: number | null) => this.#moveTo(index) };
    this.#panels = CHARTS.map((kind) => ({
      kind,
      figure: byId(`figure-${kind.name}`),
      chart: new Chart(kind, byId(`plot-${kind.name}`), events),
      legend: new Legend(byId(`legend-${kind.name}`), (key) => this.#toggle(key)),
      lines: [],
      frame: undefined,
    }));
    bindKeys(this.#slider, {
      position: () => ({ count: this.#times.length, index: this.#index }),
      onPoint: (index) => this.#point(index),
      onZoom: (factor) => onZoom(factor, this.#index === null ? undefined : this.#times[this.#index]),
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#repaint());
  }

  /** How many buckets are worth asking for: more than pixels can't be seen. */
  get points(): number {
    return Math.min(Math.max((this.#panels[0] as Panel).chart.width - 80, 200), 1000);
  }

  draw(view: View): void {
    const isRefreshed =
      this.#view !== undefined && writeChoice(this.#view.choice) === writeChoice(view.choice);
    this.#view = view;
    if (!isRefreshed) this.#point(null);
    for (const panel of this.#panels) {
      panel.lines = linesOf(view, panel.kind);
      this.#drawPanel(panel, view);
    }
    this.#read();
  }

  setLatest(cycle: Cycle): void {
    this.#latest = cycle;
    if (this.#index === null) this.#read();
  }

  get #times(): readonly number[] {
    return this.#panels[0]?.frame?.times ?? [];
  }

  #drawPanel(panel: Panel, view: View): void {
    const { kind, figure, chart, legend, lines } = panel;
    const isShown = (look: Look) => this.#switched.get(look.key) ?? look.shown;
    figure.classList.toggle('empty', lines.length === 0);
    figure.classList.toggle('banded', hasBands(view));
    legend.show(lines, isShown);
    panel.frame = frameOf(view, kind, lines.filter(isShown));
    if (kind.name === 'connections') showMarks(panel.frame);
    if (lines.length === 0) chart.clear();
    else chart.draw(panel.frame);
    setText(byId(`description-${kind.name}`), describe(lines, kind.unit, view.now));
  }

  #toggle(key: string): void {
    const line = this.#panels.flatMap(({ lines }) => lines).find((line) => line.key === key);
    if (line === undefined || this.#view === undefined) return;
    this.#switched.set(key, !(this.#switched.get(key) ?? line.shown));
    for (const panel of this.#panels) if (panel.lines.includes(line)) this.#drawPanel(panel, this.#view);
  }

  #repaint(): void {
    for (const { chart, lines } of this.#panels) if (lines.length > 0) chart.repaint();
  }

  #point(index: number | null): void {
    for (const { chart } of this.#panels) chart.point(index);
    this.#moveTo(index);
  }

  #moveTo(index: number | null): void {
    if (index === this.#index) return;
    this.#index = index;
    this.#read();
  }

  #read(): void {
    const view = this.#view;
    if (view === undefined) return;
    const at = cursorOf(view, this.#index, this.#latest);
    for (const { kind, chart, legend, lines } of this.#panels) {
      for (const line of lines) {
        const { mean, band } = readLine(line, at, kind.unit);
        legend.setReading(line.key, { mean, band: hasBands(view) ? band : '' });
      }
      chart.tag(at.place === 'bucket' ? at.time : '');
    }
    setText(this.#readout, headline(at));
    this.#readout.dataset.at = at.place;
    this.#slide(at);
  }

  #slide(at: At): void {
    const last = Math.max(this.#times.length - 1, 0);
    const values = this.#panels.flatMap(({ kind, frame }) =>
      (frame?.lines ?? []).map((line) => {
        const label = kind.name === 'connections' ? line.label : `${kind.title} ${line.label}`;
        const { mean, band } = readLine(line, at, kind.unit);
        return band === '' ? `${label} ${mean}` : `${label} ${mean}, from ${band}`;
      }),
    );
    this.#slider.setAttribute('aria-valuemax', String(last));
    this.#slider.setAttribute('aria-valuenow', String(this.#index ?? last));
    this.#slider.setAttribute('aria-valuetext', `${headline(at)}: ${values.join('; ')}`);
  }
}
