/** Light, dark, narrow, and for those who don't see: no rule of axe-core is broken. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { procFolder } from '../../agent/test/support/proc-folder.js';
import { scratchFolder } from '../../agent/test/support/scout-agent.js';
import { launchChromium } from '../support/chromium.js';
import { writeHistory } from './history.js';
import { drawnAfter, placeAt } from './screen.js';
import { monthFolder, startDashboard, visit } from './visit.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

const LOOKS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  narrow: { colorScheme: 'light', viewport: { width: 360, height: 740 }, hasTouch: true },
  'narrow and dark': { colorScheme: 'dark', viewport: { width: 360, height: 740 }, hasTouch: true },
} as const;

test.for(Object.entries(LOOKS))('%s: axe-core finds no violation', async ([, look], t) => {
  const proc = await procFolder(t, { tcp: 30 });
  const { address } = await startDashboard(t, {
    directory: await monthFolder(t),
    config: `interval: 1s
proc: ${proc.path}
alerts:
  rules: [{name: crowd, metric: system.network.connection.count, state: established, above: 20}]`,
  });
  const { page } = await visit(t, browser, address, look);
  await drawnAfter(page, () => page.goto(`${address}?period=7d`));
  await page.locator('#events li', { hasText: 'crowd' }).waitFor({ state: 'attached' });
  expect(await violations(page)).toEqual([]);
  for (const details of await page.locator('details > summary').all()) await details.click();
  const { x, y } = await placeAt(page, 0.5);
  await page.mouse.move(x, y);
  expect(await violations(page), 'with all open').toEqual([]);
});

/** Every rule that axe-core has, with those that are only advice. */
async function violations(page: Page): Promise<string[]> {
  // By the debugger, to which the page's policy says nothing.
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document),
  );
  expect(passes.length).toBeGreaterThan(20);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
  );
}

test('360 px: nothing has to be scrolled sideways, and buttons are large enough for a finger', async (t) => {
  const { address } = await startDashboard(t, { directory: await monthFolder(t) });
  const { page } = await visit(t, browser, address, LOOKS.narrow);
  await drawnAfter(page, () => page.goto(`${address}?period=7d`));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  for (const button of await page.getByRole('button').all()) {
    if (!(await button.isVisible())) continue;
    const box = await button.boundingBox();
    expect(
      Math.min(box?.width ?? 0, box?.height ?? 0),
      `${await button.textContent()}`,
    ).toBeGreaterThanOrEqual(24);
  }
});

test('the system turns dark: so does the page, with its charts', async (t) => {
  const { address } = await startDashboard(t, { directory: await monthFolder(t) });
  const { page } = await visit(t, browser, address);
  await drawnAfter(page, () => page.goto(`${address}?period=7d`));
  const light = await colours(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => (await colours(page)).line).not.toBe(light.line);
  const dark = await colours(page);
  expect(brightness(light.background)).toBeGreaterThan(200);
  expect(brightness(dark.background)).toBeLessThan(60);
});

/** Of the page, and of what a chart has drawn most in a colour. */
async function colours(page: Page): Promise<{ background: string; line: string }> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('#plot-connections canvas');
    if (!canvas) throw new Error('there is no chart');
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    if (!copy) throw new Error('no pixels can be read');
    copy.drawImage(canvas, 0, 0);
    const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
    const counts = new Map<string, number>();
    for (let i = 0; i < pixels.length; i += 4) {
      const [red, green, blue, opacity] = [...pixels.slice(i, i + 4)] as [number, number, number, number];
      if (opacity < 255 || Math.max(red, green, blue) - Math.min(red, green, blue) < 60) continue;
      const colour = `${red} ${green} ${blue}`;
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const [line = ''] = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
    return { background: getComputedStyle(document.body).backgroundColor, line };
  });
}

function brightness(colour: string): number {
  const parts =
    colour
      .match(/[\d.]+/g)
      ?.slice(0, 3)
      .map(Number) ?? [];
  return parts.reduce((sum, part) => sum + part, 0) / 3;
}

test('an outage is a gap: nothing is drawn through it', async (t) => {
  const directory = await scratchFolder(t);
  const { incidents } = await writeHistory(directory, { seed: 3, pattern: 'outage', days: 2 });
  const { address } = await startDashboard(t, { directory });
  const { page } = await visit(t, browser, address);
  const answer = await drawnAfter(page, () => page.goto(`${address}?period=7d`));
  const outage = incidents.find(({ kind }) => kind === 'outage') as { from: number; to: number };
  const range = await page.evaluate(() => document.querySelector('#range')?.textContent);
  expect(answer.collected.length).toBeGreaterThan(1);
  const inside = (outage.from + outage.to) / 2;
  const before = outage.from - (outage.to - outage.from) / 2;
  expect(await lineAt(page, before, answer), `${range}`).toBeGreaterThan(0);
  expect(await lineAt(page, inside, answer), `${range}`).toBe(0);
});

/** How many coloured pixels the chart of connections has at a time. */
async function lineAt(page: Page, time: number, { from, to }: { from: number; to: number }): Promise<number> {
  return page.evaluate(
    (share) => {
      const canvas = document.querySelector<HTMLCanvasElement>('#plot-connections canvas');
      const over = document.querySelector('#plot-connections .u-over')?.getBoundingClientRect();
      if (!canvas || !over) throw new Error('there is no chart');
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      if (!copy) throw new Error('no pixels can be read');
      copy.drawImage(canvas, 0, 0);
      const scale = canvas.width / canvas.getBoundingClientRect().width;
      const left = over.x - canvas.getBoundingClientRect().x + share * over.width;
      const pixels = copy.getImageData(Math.round(left * scale), 0, 1, canvas.height).data;
      let coloured = 0;
      for (let i = 0; i < pixels.length; i += 4) {
        const [red, green, blue, opacity] = [...pixels.slice(i, i + 4)] as [number, number, number, number];
        if (opacity > 200 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) coloured++;
      }
      return coloured;
    },
    (time - from) / (to - from),
  );
}
