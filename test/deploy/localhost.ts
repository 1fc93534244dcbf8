import dns, { type LookupOptions } from "node:dns";

/**
 * Sends `<api>.execute-api.localhost` to this machine, which few resolvers do by themselves. Loaded
 * into every Node.js process of the suite, by import or by NODE_OPTIONS.
 */
const { lookup } = dns;

type Lookup = (hostname: string, options: LookupOptions, callback: () => void) => void;

Object.assign(dns, {
  lookup(hostname: string, ...others: [LookupOptions, () => void]) {
    return (lookup as Lookup)(hostname.endsWith(".localhost") ? "127.0.0.1" : hostname, ...others);
  },
});
