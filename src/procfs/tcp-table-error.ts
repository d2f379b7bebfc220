/**
 * Why a table gave no count.
 *
 * - `missing`: there is no such file (no IPv6, no procfs, or hidden by `hidepid=2`)
 * - `unreadable`: the file is there and the kernel refuses it, or breaks off while it is read
 * - `no-header`: the file does not begin with the header line (WSL1 gives an empty file)
 * - `malformed`: a line is not a row of this table
 * - `truncated`: the table ends in the middle of a row
 * - `repeated`: under churn the kernel gave the last rows twice, reading after reading, so every count was too high
 */
export type TcpTableErrorCode =
  | 'missing'
  | 'unreadable'
  | 'no-header'
  | 'malformed'
  | 'truncated'
  | 'repeated';

/** A table that can't be counted. The message names the path, the cause and the remedy. */
export class TcpTableError extends Error {
  override readonly name = 'TcpTableError';
  /** What kind of failure it is. */
  readonly code: TcpTableErrorCode;
  /** The table that was asked for. */
  readonly path: string;

  constructor(code: TcpTableErrorCode, path: string, detail: string, options?: ErrorOptions) {
    super(`${path}: ${detail}`, options);
    this.code = code;
    this.path = path;
  }
}
