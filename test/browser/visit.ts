/** A running agent, and a browser at its dashboard. */
import { cp } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import {
  type ScoutAgent,
  type Start,
  scratchFolder,
  startScoutAgent,
  type Test,
} from '../../agent/test/support/scout-agent.js';

export interface Dashboard {
  readonly agent: ScoutAgent;
  /** With a slash at its end. */
  readonly address: string;
  readonly port: number;
}

/** A copy of the month that setup.ts wrote: the agent writes into it. */
export async function monthFolder(t: Test): Promise<string> {
  const folder = await scratchFolder(t);
  await cp(inject('month'), folder, { recursive: true });
  return folder;
}

interface DashboardStart extends Pick<Start, 'env'> {
  /** Of the history. */
  readonly directory: string;
  /** What agent.env.yml holds beside. */
  readonly config?: string;
  /** Any that is free where it is absent. */
  readonly port?: number;
}

/** Starts an agent with a dashboard, and waits for its address. */
export async function startDashboard(t: Test, start: DashboardStart): Promise<Dashboard> {
  const agent = await startScoutAgent(t, dashboardStart(start));
  await agent.untilLogged(ADDRESS);
  const address = ADDRESS.exec(agent.stderr())?.[1] as string;
  return { agent, address, port: Number(new URL(address).port) };
}

/** The configuration and environment of such an agent, for another command beside it. It counts each second. */
export function dashboardStart({
  directory,
  config = 'interval: 1s',
  port = 0,
  env = { OTEL_METRICS_EXPORTER: 'none' },
}: DashboardStart): Start {
  return {
    config: `${config}\nhistory: {directory: ${directory}}\ndashboard: {listen: '127.0.0.1:${port}'}\n`,
    env,
  };
}

const ADDRESS = /dashboard: (http:\/\/127\.0\.0\.1:\d+\/)/;

export interface Visit {
  readonly page: Page;
  /** What the browser complained of: errors and warnings of scripts, of the content security policy, of the network. */
  readonly complaints: string[];
}

/**
 * A page for a visitor far from UTC. A test fails in which it asks for anything from elsewhere or the browser complains.
 * @param address of the dashboard, to which the visitor has yet to go
 * @param allowed complaints that the test brings about
 */
export async function visit(
  t: Test,
  browser: Browser,
  address: string,
  { allowed = /^$/, ...options }: BrowserContextOptions & { allowed?: RegExp } = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Asia/Kolkata',
    locale: 'de-DE',
    colorScheme: 'light',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(address) || request.url().startsWith('data:');
    if (!isOwn) complaints.push(`it asks for ${request.url()}`);
  });
  t.onTestFinished(async () => {
    await context.close();
    expect(complaints.filter((complaint) => !allowed.test(complaint))).toEqual([]);
  });
  return { page, complaints };
}
