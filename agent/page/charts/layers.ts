/** What a chart has beside its lines. A layer is a function of the frame; more of them are added here and in {@link LAYERS}. */
import type uPlot from 'uplot';
import type { Frame } from './frame.js';
import { type Theme, withAlpha } from './theme.js';

export interface Layer {
  readonly place: 'under' | 'over';
  draw(context: CanvasRenderingContext2D, chart: uPlot, frame: Frame, theme: Theme): void;
}

/** Hatched, because white space alone could as well be a count of nothing. */
const gaps: Layer = {
  place: 'under',
  draw(context, chart, frame, theme) {
    const { left, top, width, height } = chart.bbox;
    const ratio = devicePixelRatio;
    context.beginPath();
    for (const { from, to } of frame.gaps) {
      const start = Math.max(chart.valToPos(from, 'x', true), left);
      const end = Math.min(chart.valToPos(to, 'x', true), left + width);
      if (end - start >= ratio) context.rect(start, top, end - start, height);
    }
    context.clip();
    context.fillStyle = withAlpha(theme.gap, 0.25);
    context.fill();
    context.strokeStyle = theme.gap;
    context.lineWidth = ratio;
    context.beginPath();
    for (let x = left - height; x < left + width; x += 7 * ratio) {
      context.moveTo(x, top + height);
      context.lineTo(x + height, top);
    }
    context.stroke();
  },
};

/** A ring around the highest reading: in a month it is a hair's breadth wide. */
const peak: Layer = {
  place: 'over',
  draw(context, chart, { peak }, theme) {
    if (peak === undefined) return;
    const x = chart.valToPos(peak.time, 'x', true);
    const y = chart.valToPos(peak.value, 'y', true);
    context.beginPath();
    context.arc(x, y, 4 * devicePixelRatio, 0, 2 * Math.PI);
    context.fillStyle = theme.surface;
    context.fill();
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.stroke();
  },
};

const weekends: Layer = {
  place: 'under',
  draw(context, chart, { weekends }, theme) {
    const { top, height } = chart.bbox;
    context.fillStyle = theme.weekend;
    for (const { from, to } of weekends) {
      const start = chart.valToPos(from, 'x', true);
      context.fillRect(start, top, chart.valToPos(to, 'x', true) - start, height);
    }
  },
};

/** Behind the lines, so that what happened then stays readable. */
const firing: Layer = {
  place: 'under',
  draw(context, chart, { firing }, theme) {
    const { left, top, width, height } = chart.bbox;
    // One shape: alerts that fire together are no darker than one.
    context.beginPath();
    for (const { from, to } of firing) {
      const start = Math.max(chart.valToPos(from, 'x', true), left);
      const end = Math.min(chart.valToPos(to, 'x', true), left + width);
      // A minute of a month would else not be seen.
      if (end >= left && start <= left + width)
        context.rect(start, top, Math.max(end - start, 2 * devicePixelRatio), height);
    }
    context.fillStyle = withAlpha(theme.bad, 0.16);
    context.fill();
  },
};

/** Only where the chart reaches so far: it is the lines' chart. */
const thresholds: Layer = {
  place: 'over',
  draw(context, chart, { thresholds }, theme) {
    const { left, top, width } = chart.bbox;
    const ratio = devicePixelRatio;
    context.font = `${11 * ratio}px system-ui, sans-serif`;
    context.textAlign = 'left';
    context.lineJoin = 'round';
    context.textBaseline = 'bottom';
    for (const { value, label, severity } of thresholds) {
      const y = chart.valToPos(value, 'y', true);
      if (y < top) continue;
      context.strokeStyle = context.fillStyle = severity === 'critical' ? theme.bad : theme.text;
      context.lineWidth = ratio;
      context.setLineDash([8 * ratio, 4 * ratio]);
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
      // On a ground of its own: lines may pass there.
      context.setLineDash([]);
      context.lineWidth = 4 * ratio;
      context.strokeStyle = theme.surface;
      context.strokeText(label, left + 4 * ratio, y - 2 * ratio);
      context.fillText(label, left + 4 * ratio, y - 2 * ratio);
    }
  },
};

const LAYERS: readonly Layer[] = [weekends, firing, gaps, thresholds, peak];

export function drawLayers(place: Layer['place'], chart: uPlot, frame: Frame, theme: Theme): void {
  for (const layer of LAYERS.filter((layer) => layer.place === place)) {
    chart.ctx.save();
    layer.draw(chart.ctx, chart, frame, theme);
    chart.ctx.restore();
  }
}
