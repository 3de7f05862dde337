/** A name that means one address, whatever it means elsewhere. */

import type { LookupFunction } from 'node:net';

/** Answers with this address, whatever host a socket asks for. */
export function lookupTo(address: string): LookupFunction {
  const family = address.includes(':') ? 6 : 4;
  return (_, { all }, callback) => {
    if (all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
