/** Debian's Chromium, for the tests of the dashboard and its pictures. */
import { type Browser, chromium } from 'playwright-core';

/** @throws {Error} where it is not installed or does not start */
export async function launchChromium(): Promise<Browser> {
  const executablePath = '/usr/bin/chromium';
  try {
    return await chromium.launch({
      executablePath,
      args: ['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
  } catch (cause) {
    throw new Error(`${executablePath} does not start; "apt-get install chromium" brings it`, { cause });
  }
}
