import { once } from 'node:events';
import { chmod, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { log } from '../log.js';
import { makeFolder } from '../make-folder.js';
import type { ControlApp } from './app.js';
import { isTooLong, MAX_BYTES } from './place.js';

/** The owner and the group may connect, which takes the right to write: unix(7). */
const MODE = 0o660;

/** After which a path that could not be had is tried again, and one that was had is looked after. */
const RETRY_MILLIS = 10_000;

/** A disk that hangs does not hold up the agent's end. */
const PATIENCE_MILLIS = 1_000;

/** HTTP over a Unix socket: how commands reach the running agent. Where it can't be had, the log says so once. */
export class ControlSocket {
  readonly #path: string;
  readonly #app: ControlApp;
  readonly #closing = new AbortController();
  readonly #opened: Promise<void>;
  #server: Server | undefined;
  #inode: number | undefined;

  /** @param app what answers */
  constructor(path: string, app: ControlApp) {
    this.#path = path;
    this.#app = app;
    this.#opened = this.#open();
  }

  /** Ends all that is under way and removes the socket. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.race([this.#remove(), wait(PATIENCE_MILLIS, undefined, { ref: false })]);
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  async #open(): Promise<void> {
    const { signal } = this.#closing;
    if (isTooLong(this.#path)) {
      const bytes = Buffer.byteLength(this.#path);
      log.warn(
        `no command reaches this agent: the path ${this.#path} has ${bytes} bytes, a socket's at most ${MAX_BYTES}; ` +
          'a shorter history.directory mends it, and counting goes on',
      );
      return;
    }
    for (let told = false; !signal.aborted; ) {
      try {
        if (!(await this.#isThere())) {
          await this.#listen();
          if (told) log.info(`commands reach this agent through ${this.#path}`);
          told = false;
        }
      } catch (error) {
        const text = `no command reaches this agent through ${this.#path}: ${(error as Error).message}`;
        if (!told) log.warn(`${text}; it is tried again, and counting goes on`);
        told = true;
      }
      await wait(RETRY_MILLIS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** An agent that started at the same instant may have put its own in the place, and a cleaner may have removed it. */
  async #isThere(): Promise<boolean> {
    const there = await lstat(this.#path).catch(() => undefined);
    return this.#server !== undefined && there?.ino === this.#inode;
  }

  async #listen(): Promise<void> {
    const folder = dirname(this.#path);
    await makeFolder(folder, 0o750);
    await refuseWhatStays(this.#path);
    const server = createAdaptorServer({ fetch: this.#app.fetch, overrideGlobalObjects: false }) as Server;
    // Nobody else gets into this folder before the socket has its mode. It makes the path no longer than it will be.
    const hidden = await mkdtemp(join(folder, '.s'));
    try {
      const made = join(hidden, 's');
      await once(server.listen(made), 'listening');
      await chmod(made, MODE);
      this.#inode = (await lstat(made)).ino;
      await rename(made, this.#path);
    } catch (error) {
      server.close();
      throw error;
    } finally {
      await rm(hidden, { recursive: true });
    }
    // Nobody finds the one before any more; what is under way there ends as it would.
    this.#server?.close();
    // A connection that can't be accepted, for want of descriptors for example, is its sender's loss alone.
    server.on('error', (error) => log.warn(`a command did not reach this agent: ${error.message}`));
    this.#server = server;
  }

  async #remove(): Promise<void> {
    await this.#opened;
    if (await this.#isThere()) await rm(this.#path).catch(() => {});
  }
}

/** @throws {Error} where something is at the path that is no socket, or one at which somebody answers */
async function refuseWhatStays(path: string): Promise<void> {
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (there === undefined) return;
  if (!there.isSocket()) throw new Error('what is there is no socket and stays as it is; move it away');
  if (await answers(path)) throw new Error('another agent answers there');
}

/** A socket that a killed process has left refuses. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const connection = connect(path, () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });
}
