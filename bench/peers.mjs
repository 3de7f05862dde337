/** The load generators that are compared, each with the command line for 50 connections at full speed. */

import { fileURLToPath } from 'node:url';

const HEADROOM = fileURLToPath(new URL('../bin/headroom.js', import.meta.url));
const AUTOCANNON = fileURLToPath(new URL('../node_modules/autocannon/autocannon.js', import.meta.url));

/** Seconds of traffic, connections. */
export const SECONDS = 20;
export const CONNECTIONS = 50;

/** Full speed: name and arguments, for `seconds` against `url`. */
export const FULL_SPEED = {
  headroom: (url, seconds = SECONDS) => [
    process.execPath,
    HEADROOM,
    'run',
    url,
    '--closed',
    '-c',
    `${CONNECTIONS}`,
    '-d',
    `${seconds}s`,
    '--workers',
    '1',
    '--breaker',
    'off',
    '--json',
    '--no-progress',
    '--exit-zero',
  ],
  autocannon: (url, seconds = SECONDS) => [
    process.execPath,
    AUTOCANNON,
    '-c',
    `${CONNECTIONS}`,
    '-d',
    `${seconds}`,
    '--no-progress',
    '--json',
    url,
  ],
  wrk: (url, seconds = SECONDS) => ['wrk', '-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', url],
  h2load: (url, seconds = SECONDS) => ['h2load', '--h1', '-t1', `-c${CONNECTIONS}`, `-D${seconds}`, url],
  hey: (url, seconds = SECONDS) => ['hey', '-c', `${CONNECTIONS}`, '-z', `${seconds}s`, '-cpus', '1', url],
};

/** 2,000 requests/s, for those that can be asked for a rate. */
export const AT_2000 = {
  headroom: (url, seconds = SECONDS) => [
    process.execPath,
    HEADROOM,
    'run',
    url,
    '-r',
    '2000',
    '-d',
    `${seconds}s`,
    '--arrivals',
    'uniform',
    '--workers',
    '1',
    '--breaker',
    'off',
    '--json',
    '--no-progress',
    '--exit-zero',
  ],
  autocannon: (url, seconds = SECONDS) => [
    process.execPath,
    AUTOCANNON,
    '-c',
    `${CONNECTIONS}`,
    '-R',
    '2000',
    '-d',
    `${seconds}`,
    '--no-progress',
    '--json',
    url,
  ],
  hey: (url, seconds = SECONDS) => [
    'hey',
    '-c',
    `${CONNECTIONS}`,
    '-q',
    `${2000 / CONNECTIONS}`,
    '-z',
    `${seconds}s`,
    '-cpus',
    '1',
    url,
  ],
};
