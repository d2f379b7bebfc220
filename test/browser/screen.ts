/** What the page shows, and how a hand moves over it. */
import type { Page, Response } from 'playwright-core';
import { expect } from 'vitest';
import type { Buckets, BucketsOfSeries } from '../../agent/src/history/query.js';

/** The text of an element. */
export async function textOf(page: Page, id: string): Promise<string> {
  return (await page.locator(`#${id}`).textContent()) ?? '';
}

/** As the page writes a count of connections. */
export function countText(value: number): string {
  const maximumFractionDigits = value < 100 ? 1 : 0;
  return new Intl.NumberFormat('en', { maximumFractionDigits }).format(value);
}

/** Does something that makes the page ask for another range, and waits until its answer is drawn. */
export async function drawnAfter(page: Page, act: () => Promise<unknown>): Promise<Buckets> {
  const before = await page.evaluate(lastDrawn);
  let answer: Buckets | undefined;
  // A question that the page gives up for a newer one has no body.
  const keep = async (response: Response) => {
    if (isRange(response)) answer = (await response.json().catch(() => answer)) as Buckets | undefined;
  };
  page.on('response', keep);
  try {
    await act();
    const isDrawn = async () => answer !== undefined && (await page.evaluate(lastDrawn)) > before;
    await expect.poll(isDrawn, { timeout: 30_000 }).toBe(true);
    return answer as unknown as Buckets;
  } finally {
    page.off('response', keep);
  }
}

/** The question for what the charts show: all series, in many buckets. */
function isRange(response: Response): boolean {
  const { pathname, searchParams } = new URL(response.url());
  return pathname.endsWith('/api/series') && !searchParams.has('name') && response.ok();
}

/** Runs in the page. Milliseconds since 1970, of the begin of the last drawing; 0 where there was none. */
function lastDrawn(): number {
  const last = performance.getEntriesByName('scout:draw').at(-1);
  return last === undefined ? 0 : performance.timeOrigin + last.startTime;
}

export function total({ series }: Buckets): Required<BucketsOfSeries> {
  const found = series.find(
    ({ attributes }) =>
      attributes['network.connection.state'] === 'established' && !('network.type' in attributes),
  );
  if (found?.summary === undefined) throw new Error('no established connections in the answer');
  return found as Required<BucketsOfSeries>;
}

/** Where a share of a chart's width is on the screen. */
export async function placeAt(page: Page, share: number): Promise<{ x: number; y: number }> {
  const box = await page.locator('#plot-connections .u-over').boundingBox();
  if (box === null) throw new Error('the chart of connections is not there');
  return { x: box.x + share * box.width, y: box.y + box.height / 2 };
}

/** Presses Tab, or another key, until an element has the focus. */
export async function tabTo(page: Page, selector: string, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`60 tabs do not reach ${selector}`);
}

/** The range that the address of the page names. */
export function chosenRange(page: Page): { from: number; to: number } {
  const { searchParams } = new URL(page.url());
  return {
    from: Date.parse(searchParams.get('from') ?? ''),
    to: Date.parse(searchParams.get('to') ?? ''),
  };
}
