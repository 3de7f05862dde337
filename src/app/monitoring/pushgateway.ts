/** A result brought to a Pushgateway, which keeps the last metrics of a check until the next ones come. */

import { OutputError, UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import type { Post, PostResponse } from '../../notify/channel.ts';
import { checkNameOf } from '../../report/monitoring/check-name.ts';
import { renderPrometheus } from '../../report/monitoring/prometheus.ts';
import type { ResultDocument } from '../../result/document.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 4096;

/** Label values that stand in a path as they are; of others it has the base64, see {@link pushUrl}. */
const PLAIN_VALUE = /^[\w.~-]+$/;

/** Checks the address of a Pushgateway. @throws UsageError for what is no address, or has a query */
export function checkGateway(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return;
  throw new UsageError(`--push ${safeText(redactUrl(address))} is no address of a Pushgateway`, {
    hint: 'give its base, such as http://pushgateway:9091: the path is added',
  });
}

/**
 * Replaces the group of this check by the metrics of the result. The group is made of the job `headroom` and the check,
 * not of the machine: a check has one state, wherever it is run from.
 *
 * @returns what went wrong; nothing when the gateway took it
 */
export async function pushMetrics(
  result: ResultDocument,
  address: string,
  post: Post,
): Promise<readonly OutputError[]> {
  const shown = safeText(redactUrl(address));
  try {
    const response = await post({
      // POST would leave metrics that this result no longer has.
      method: 'PUT',
      url: pushUrl(address, checkNameOf(result)),
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: renderPrometheus(result),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    return isTaken(response) ? [] : [new OutputError(`the Pushgateway ${shown} ${refusal(response)}`)];
  } catch (error) {
    const why = safeText(error instanceof Error ? error.message : String(error));
    return [new OutputError(`cannot reach the Pushgateway ${shown}: ${why}`, { cause: error })];
  }
}

/**
 * `<base>/metrics/job/headroom/check/<value>`; a value that is empty, holds a slash or is not plain ASCII goes as
 * `check@base64/<base64url>`, an empty one as `=` (Pushgateway, README, "URL").
 */
export function pushUrl(address: string, check: string): string {
  const base = address.replace(/\/+$/, '');
  // Dots alone would be taken for a step in the path.
  if (PLAIN_VALUE.test(check) && !/^\.+$/.test(check)) return `${base}/metrics/job/headroom/check/${check}`;
  const encoded = check === '' ? '=' : Buffer.from(check, 'utf8').toString('base64url');
  return `${base}/metrics/job/headroom/check@base64/${encoded}`;
}

function isTaken({ status }: PostResponse): boolean {
  return status === 200 || status === 202;
}

function refusal({ status, body }: PostResponse): string {
  const [line = ''] = body.trim().split('\n');
  return `answered ${status}${line === '' ? '' : `: ${safeText(line, { maxLength: 200 })}`}`;
}
