import type { MetricName } from './metrics/names.js';

/** What `new TcpConnectionsInstrumentation(options)` takes; everything is optional. */
export interface TcpConnectionsOptions {
  /**
   * Whether the instrumentation observes as soon as it is built.
   * @default true
   */
  enabled?: boolean;
  /**
   * What to observe, by the names that `metrics:` has in agent.env.yml.
   * @default ['tcp_connections']
   */
  metrics?: readonly MetricName[];
  /**
   * Where the proc file system is mounted. For any folder but `/proc` the tables of its process 1 are read,
   * so that a container with the host's `/proc` mounted counts the host.
   * @default '/proc'
   */
  proc?: string;
}
