/** Whether the plan's certificates and key can be used, before anything is sent. */

import { X509Certificate } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import { tlsOptions } from '../../load/dial/tls-options.ts';
import type { Plan, Secrets } from '../../plan/plan.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads the plan's roots, client certificate and key as OpenSSL will.
 *
 * @throws UsageError naming which of them cannot be read; never their content
 */
export function checkCertificates({
  plan,
  secrets,
}: {
  readonly plan: Plan;
  readonly secrets: Secrets;
}): void {
  checkPem('the trusted roots (tls.ca, --cacert)', plan.tls.ca);
  checkPem('the client certificate (tls.cert, --cert)', plan.tls.cert);
  try {
    tlsOptions(plan, secrets);
  } catch {
    throw new UsageError(
      'the client certificate and its private key (--cert, --key) cannot be used together',
      {
        hint: 'give both as PEM files that belong together; a key with a pass phrase is not read',
      },
    );
  }
}

/** OpenSSL takes a text without any certificate for an empty list: that would trust nobody, or the wrong ones. */
function checkPem(what: string, pem: string | null): void {
  if (pem === null) return;
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return;
  throw new UsageError(`${what}: no certificate in PEM form`, {
    hint: 'the file must hold -----BEGIN CERTIFICATE----- and what follows it',
  });
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).serialNumber !== '';
  } catch {
    return false;
  }
}
