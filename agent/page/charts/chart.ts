import uPlot from 'uplot';
import { isolated, widened } from '../grid.js';
import type { ChartKind } from '../lines.js';
import { CONNECTIONS } from '../numbers.js';
import type { Range } from '../period.js';
import { axes } from './axes.js';
import type { Frame, Line } from './frame.js';
import { drawLayers } from './layers.js';
import { readTheme, type Theme, withAlpha } from './theme.js';

export interface ChartEvents {
  /** The cursor stands at a bucket, or nowhere. */
  onMove(index: number | null): void;
  onSelect(range: Range): void;
  onBack(): void;
}

/** In pixels, of a peak that lasted for one bucket: what is narrower isn't seen. */
const LEAST_WIDTH = 3;

/** One of the stacked charts, whose cursors move together. */
export class Chart {
  readonly #kind: ChartKind;
  readonly #place: HTMLElement;
  readonly #events: ChartEvents;
  readonly #tag = document.createElement('span');
  #plot: uPlot | undefined;
  /** What the plot was made for; another one needs another plot. */
  #shape = '';
  #frame: Frame | undefined;

  constructor(kind: ChartKind, place: HTMLElement, events: ChartEvents) {
    this.#kind = kind;
    this.#place = place;
    this.#events = events;
    this.#tag.className = 'tag';
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(place);
  }

  get width(): number {
    return this.#place.clientWidth;
  }

  draw(frame: Frame): void {
    this.#frame = frame;
    const shape = frame.lines.map(({ key }) => key).join('\n');
    if (this.#plot === undefined || shape !== this.#shape) {
      const left = this.#plot?.cursor.left ?? -10;
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#options(frame), this.#data(frame), this.#place);
      this.#plot.over.append(this.#tag);
      this.#plot.setCursor({ left, top: 0 }, false);
    } else {
      const plot = this.#plot;
      plot.batch(() => {
        plot.setData(this.#data(frame), false);
        plot.setScale('x', { min: frame.range.from, max: frame.range.to });
      });
    }
    this.#shape = shape;
  }

  /** Draws everything again in the colours that now hold. */
  repaint(): void {
    this.#shape = '';
    if (this.#frame !== undefined) this.draw(this.#frame);
  }

  clear(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  /** @param index of a bucket, or `null` for no cursor */
  point(index: number | null): void {
    const time = index === null ? undefined : this.#frame?.times[index];
    const left = time === undefined ? -10 : (this.#plot?.valToPos(time, 'x') ?? -10);
    this.#plot?.setCursor({ left, top: 0 });
  }

  /** Writes beside the cursor what time it stands at. */
  tag(text: string): void {
    const { left = -10 } = this.#plot?.cursor ?? {};
    const isLeft = left < (this.#plot?.over.clientWidth ?? 0) / 2;
    this.#tag.textContent = text;
    this.#tag.hidden = left < 0;
    this.#tag.style.transform = `translateX(${Math.round(left)}px) translateX(${isLeft ? '6px' : 'calc(-100% - 6px)'})`;
  }

  #size(): { width: number; height: number } {
    return { width: this.#place.clientWidth, height: this.#place.clientHeight };
  }

  #data({ times, lines, range, hasBands }: Frame): uPlot.AlignedData {
    const [first = 0, second = range.to] = times;
    const bucket = (this.width * (second - first)) / (range.to - range.from);
    const reach = hasBands ? Math.max(0, Math.ceil((LEAST_WIDTH / bucket - 1) / 2)) : 0;
    const columns = [...lines].reverse().flatMap((line) => {
      if (!('columns' in line)) return [line.values];
      const { low, mean, peak } = line.columns;
      return [widened(low, reach, Math.min), widened(peak, reach, Math.max), mean];
    });
    return [times, ...columns] as uPlot.AlignedData;
  }

  #options(frame: Frame): uPlot.Options {
    const theme = readTheme();
    const layers = (place: 'under' | 'over') => (plot: uPlot) => {
      if (this.#frame !== undefined) drawLayers(place, plot, this.#frame, theme);
    };
    const { onMove, onSelect, onBack } = this.#events;
    return {
      ...this.#size(),
      ms: 1,
      tzDate: (time) => uPlot.tzDate(new Date(time), 'Etc/UTC'),
      legend: { show: false },
      // On the right half a day's name: one may stand at the very end.
      padding: [8, 32, 0, 0],
      scales: {
        x: { range: () => [this.#frame?.range.from ?? 0, this.#frame?.range.to ?? 1] },
        y: { range: (_, __, most) => [0, ceiling(most, this.#kind.unit)] },
      },
      axes: axes(this.#kind.unit, theme),
      series: [{}, ...[...frame.lines].reverse().flatMap((line) => seriesOf(line, theme))],
      bands: bandsOf(frame, theme),
      cursor: {
        y: false,
        points: { size: 6 },
        drag: { x: true, y: false, setScale: false, dist: 5 },
        sync: {
          key: 'scout',
          setSeries: false,
          scales: ['x', null],
          // A selection belongs to the chart where it was made.
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
        },
        bind: {
          dblclick: () => () => {
            onBack();
            return null;
          },
        },
      },
      hooks: {
        drawClear: [layers('under')],
        draw: [layers('over')],
        setCursor: [({ cursor }) => onMove((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width === 0) return;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            onSelect({ from: plot.posToVal(left, 'x'), to: plot.posToVal(left + width, 'x') });
          },
        ],
      },
    };
  }
}

/** The axis never ends at the line itself, and a flat line of nothing is not stretched to the full height. */
function ceiling(most: number | null, unit: string): number {
  const least = { [CONNECTIONS]: 4, '1': 0.1, 'By/s': 1000 }[unit] ?? 1;
  const top = Math.max((most ?? 0) * 1.08, least);
  return unit === '1' ? Math.min(top, 1) : top;
}

function seriesOf(line: Line, theme: Theme): uPlot.Series[] {
  const isGhost = !('columns' in line);
  const colour = isGhost ? theme.muted : (theme.lines[line.colour] ?? theme.text);
  const edge = { points: { show: false }, stroke: withAlpha(colour, 0.5) };
  const mean: uPlot.Series = {
    stroke: colour,
    width: isGhost ? 1.25 : 1.75,
    ...(line.dash === undefined ? {} : { dash: [...line.dash] }),
    points: {
      show: false,
      size: 4,
      fill: colour,
      filter: (plot, index) => isolated(plot.data[index] ?? []),
    },
  };
  return isGhost ? [mean] : [{ ...edge, width: 0 }, { ...edge, width: 1 }, mean];
}

function bandsOf({ lines }: Frame, theme: Theme): uPlot.Band[] {
  let next = 1;
  return [...lines].reverse().flatMap((line) => {
    const low = next;
    next += 'columns' in line ? 3 : 1;
    if (!('columns' in line)) return [];
    return [{ series: [low + 1, low], fill: withAlpha(theme.lines[line.colour] ?? theme.text, 0.22) }];
  });
}
