/** The package has no types of its own. */
declare module '@elastic/mockotlpserver' {
  export class MockOtlpServer {
    constructor(options: {
      logLevel: string;
      services: 'http'[];
      httpHostname: string;
      httpPort: number;
      onMetrics: (request: unknown) => void;
    });
    readonly httpUrl: URL;
    start(): Promise<void>;
    close(): Promise<void>;
  }
}
