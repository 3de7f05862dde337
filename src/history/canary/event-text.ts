/** A page event as text in the file, and back. */

import { type PageEvent, SEVERITIES, SUBJECTS, type Subject } from '../../verdict/canary/event.ts';
import { FAILURE_KINDS } from '../../verdict/canary/run.ts';
import { Fields } from './fields.ts';

const ACTIONS: readonly PageEvent['action'][] = ['trigger', 'remind', 'resolve'];
const ALL_SUBJECTS: readonly Subject[] = [...SUBJECTS, 'test'];

/** The event as JSON. */
export function eventText(event: PageEvent): string {
  return JSON.stringify(event);
}

/** The event that a text of {@link eventText} is; null when anything that a channel needs is missing or strange. */
export function readEvent(text: string): PageEvent | null {
  const fields = new Fields(parsed(text));
  const words = wordsOf(fields);
  const texts = textsOf(fields);
  const times = timesOf(fields);
  if (words === null || texts === null || times === null) return null;
  return {
    ...words,
    ...texts,
    ...times,
    kind: fields.word('kind', FAILURE_KINDS),
    indicator: fields.text('indicator'),
    details: fields.list('details').flatMap(detailOf),
    runId: fields.text('runId'),
    isDrill: fields.isTrue('isDrill'),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wordsOf(fields: Fields): Pick<PageEvent, 'action' | 'subject' | 'severity'> | null {
  const action = fields.word('action', ACTIONS);
  const subject = fields.word('subject', ALL_SUBJECTS);
  const severity = fields.word('severity', SEVERITIES);
  return action === null || subject === null || severity === null ? null : { action, subject, severity };
}

function textsOf(fields: Fields): Pick<PageEvent, 'check' | 'dedupKey' | 'incidentId' | 'summary'> | null {
  const check = fields.text('check');
  const dedupKey = fields.text('dedupKey');
  const incidentId = fields.text('incidentId');
  const summary = fields.text('summary');
  if (check === null || dedupKey === null || incidentId === null || summary === null) return null;
  return { check, dedupKey, incidentId, summary };
}

function timesOf(fields: Fields): Pick<PageEvent, 'sinceMs' | 'atMs' | 'everyMs'> | null {
  const sinceMs = fields.number('sinceMs');
  const atMs = fields.number('atMs');
  const everyMs = fields.number('everyMs');
  return sinceMs === null || atMs === null || everyMs === null ? null : { sinceMs, atMs, everyMs };
}

function detailOf(value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  const [name, text]: unknown[] = value;
  return typeof name === 'string' && typeof text === 'string' ? [[name, text]] : [];
}
