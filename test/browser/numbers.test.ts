/** The numbers on the page are those of the API, of `scout-agent once`, and of the sockets that there are. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scoutAgent, scratchFolder } from '../../agent/test/support/scout-agent.js';
import { launchChromium } from '../support/chromium.js';
import { openNamespace } from '../support/namespace.js';
import { writeHistory } from './history.js';
import { countText, drawnAfter, textOf, total } from './screen.js';
import { dashboardStart, monthFolder, startDashboard, visit } from './visit.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test('real sockets, on a first visit within two cycles', async (t) => {
  const namespace = await openNamespace({ ipv4: 600, ipv6: 17 });
  t.onTestFinished(() => namespace.close());
  await symlink('/proc/stat', join(namespace.proc, 'stat'));
  const [ipv4, ipv6] = [namespace.expected.tcp.established, namespace.expected.tcp6.established];
  const directory = await scratchFolder(t);
  const config = `interval: 1s\nproc: ${namespace.proc}`;
  const { agent, address } = await startDashboard(t, { directory, config });
  const { page } = await visit(t, browser, address);
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('#peak')?.textContent !== '–');
  expect(await textOf(page, 'current')).toBe(countText(ipv4 + ipv6));
  expect(await page.title()).toContain(countText(ipv4 + ipv6));
  expect(await page.locator('#families li').allTextContents()).toEqual([
    `IPv4 ${countText(ipv4)}`,
    `IPv6 ${countText(ipv6)}`,
  ]);
  for (const id of ['peak', 'average', 'lowest'])
    expect(await textOf(page, id), id).toBe(countText(ipv4 + ipv6));

  const once = await scoutAgent(t, ['once', '--json'], dashboardStart({ directory, config }));
  expect(once).toMatchObject({ code: 0 });
  const counted = JSON.parse(once.stdout).metrics.filter(
    ({ name }: { name: string }) => name === 'system.network.connection.count',
  );
  expect(counted.map(({ value }: { value: number }) => value).toSorted()).toEqual([ipv4, ipv6].toSorted());

  const summary = await (await fetch(`${address}api/summary`)).json();
  const current = summary.series.map(({ current }: { current?: number }) => current);
  expect(current).toEqual(expect.arrayContaining([ipv4 + ipv6, ipv4, ipv6]));
  expect(agent.stderr()).not.toMatch(/ error /);
});

test('a month: peak and its time, average and lowest, on top and in the table', async (t) => {
  const { address } = await startDashboard(t, { directory: await monthFolder(t), config: '' });
  const { page } = await visit(t, browser, address);
  const answer = await drawnAfter(page, () => page.goto(`${address}?period=30d`));
  const { lowest, mean, peak, peakTime } = total(answer).summary;
  expect(peak).toBeGreaterThan(2_000);
  expect(await textOf(page, 'peak')).toBe(countText(peak));
  expect(await textOf(page, 'average')).toBe(countText(mean));
  expect(await textOf(page, 'lowest')).toBe(countText(lowest));
  const time = new Date(peakTime).toISOString();
  expect(await page.locator('#peak-time').getAttribute('datetime')).toBe(time);
  expect(await textOf(page, 'peak-time')).toContain(`${time.slice(11, 19)} UTC`);

  const { from, to } = answer;
  const summary = await (await fetch(`${address}api/summary?from=${from}&to=${to}`)).json();
  const kept = summary.series.map((series: { summary?: { peak: number } }) => series.summary?.peak);
  expect(kept).toContain(peak);

  await page.getByText('Values of this range').click();
  const row = page.getByRole('row', { name: 'TCP connections, established' });
  const [lowestText, meanText, peakText, when] = await row.getByRole('cell').allTextContents();
  expect([lowestText, meanText, peakText]).toEqual([lowest, mean, peak].map(countText));
  expect(when).toContain(time.slice(11, 19));
  expect(await page.locator('#values-rows tr').count()).toBe(9);
});

test('two minutes of history fill the chart, and the page says so', async (t) => {
  const directory = await scratchFolder(t);
  await writeHistory(directory, { seed: 2, pattern: 'ordinary', days: 2 / 24 / 60 });
  const { address } = await startDashboard(t, { directory, config: '' });
  const { page } = await visit(t, browser, address);
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('#peak')?.textContent !== '–');
  expect(await textOf(page, 'since')).toMatch(
    /^The history begins at \d\d:\d\d:\d\d UTC, [12] min( \d+ s)? ago/,
  );
  const [begin, end] = (await textOf(page, 'range')).match(/\d\d:\d\d(?::\d\d)?/g) as [string, string];
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  expect((minutes(end) - minutes(begin) + 24 * 60) % (24 * 60)).toBeLessThanOrEqual(6);
  expect(await page.locator('figure.empty').count()).toBe(0);
});
