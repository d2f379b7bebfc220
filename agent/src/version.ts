/** The version of this package; a test holds it to package.json. */
export const AGENT_VERSION = '0.1.0';
