/** Where parcels are carried. */

/** A host and a port to reach by name or address, or a socket of this machine. */
export type Place =
  | { readonly kind: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };
