import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

export interface VectoredRead {
  readonly fd: number;
  /** Room in the buffers. */
  readonly room: number;
  readonly bytesRead: number;
}

/** Tells of every `fs.readv` as its callback is called. Must come before the module that uses it is loaded. */
export function watchReadv(onRead: (read: VectoredRead) => void): void {
  const { readv } = fs;
  const watched = (...args: unknown[]): void => {
    const [fd, buffers] = args as [number, readonly NodeJS.ArrayBufferView[]];
    const done = args.pop() as (error: unknown, bytesRead: number, buffers: unknown) => void;
    Reflect.apply(readv, fs, [
      ...args,
      (error: unknown, bytesRead: number, filled: unknown) => {
        const room = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
        onRead({ fd, room, bytesRead });
        done(error, bytesRead, filled);
      },
    ]);
  };
  // `promisify` finds the names of the results in a property of the function.
  fs.readv = Object.defineProperties(watched, Object.getOwnPropertyDescriptors(readv)) as typeof readv;
  syncBuiltinESMExports();
}
