/** Which addresses belong to the public internet: the host guard is judged on them, never on names. */

import { BlockList, isIPv6 } from 'node:net';

/**
 * Loopback, private, link-local, carrier-grade, benchmarking and unique-local ranges: IANA IPv4 and IPv6
 * Special-Purpose Address Registries (RFC 6890 and its successors), RFC 1918, RFC 4193, RFC 6598, RFC 2544.
 */
const OWN: readonly (readonly [address: string, bits: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 32, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
];

const own = new BlockList();
for (const [address, bits, family] of OWN) own.addSubnet(address, bits, family);

/** True when an IP address is none of loopback, private or link-local. @param address IPv4 or IPv6, zone allowed */
export function isPublicAddress(address: string): boolean {
  const [plain = address] = address.split('%');
  return !own.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
